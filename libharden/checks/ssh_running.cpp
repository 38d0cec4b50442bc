#include "checks/firewall_facts.h"
#include "checks/ssh_facts.h"
#include "checks/ssh_looks.h"

#include <algorithm>
#include <set>

namespace harden {

// "0.0.0.0:22", "[::]:22", as sshd -T prints its addresses.
static std::string text_of(const Socket& socket)
{
    const bool is_v6 = socket.address.find(':') != std::string::npos;
    return cat(is_v6 ? "[" : "", socket.address, is_v6 ? "]:" : ":", std::to_string(socket.port));
}

static std::string port_in(std::string_view address)
{
    return std::string{address.substr(address.rfind(':') + 1)};
}

Result<Outcome> listens_where_meant(const Facts& facts)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto listeners = TRY(facts.once(sshd_listeners));
    if (listeners.empty())
        return not_applicable("no sshd listens on this machine");
    const auto answers = TRY(facts.once(sshd_answers));
    const auto meant = answers.all.front().settings.all("listenaddress");
    if (meant.empty())
        return Error{ErrorKind::NotFound, "sshd does not tell where it would listen", {}};
    std::set<std::string> actual;
    std::set<std::string> ports;
    for (const auto& listener : listeners) {
        const auto where = text_of(listener.socket);
        if (std::ranges::find(meant, where) == meant.end())
            return fail(cat(listener.process == 1 ? "systemd's socket" : "sshd", " listens on ",
                            where, ", its files say ", escaped(join(meant, ", "), 120)));
        actual.insert(where);
        ports.insert(port_in(where));
    }
    for (const auto& address : meant) // of a family that the kernel lacks there is none
        if (!ports.contains(port_in(address)))
            return fail(cat("its files say ", escaped(address, 60), ", where nothing listens"));
    return pass(join(std::vector(actual.begin(), actual.end()), ", "));
}

// Levels above tell what people type, levels below do not tell who came in.
static Result<std::string> log_gap(const Facts& facts)
{
    const auto answers = TRY(facts.once(sshd_answers));
    for (const auto& answer : answers.all) {
        const auto level = TRY(answer.settings.get("loglevel"));
        if (level != "INFO" && level != "VERBOSE")
            return cat("loglevel ", escaped(level, 20));
    }
    return std::string{};
}

Result<Outcome> logins_are_logged(const Facts& facts)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto gap = TRY(log_gap(facts));
    if (!gap.empty())
        return fail(gap);
    if (TRY(facts.once(sshd_listeners)).empty())
        return not_applicable("no sshd listens on this machine");
    const auto log = TRY(facts.once(ssh_log));
    if (log.lines.empty())
        return fail("sshd has written nothing into the journal since the node came up");
    return pass(log.is_of_last_hour ? "the journal has lines of the last hour"
                                    : "the journal has lines of this boot");
}

Result<Outcome> no_other_shell(const Facts& facts)
{
    const auto wire = TRY(facts.once(ssh_wire));
    std::vector<std::string> found;
    for (const auto& shell : wire.others)
        found.push_back(cat(shell.what, " on port ", std::to_string(shell.port)));
    if (!found.empty())
        return fail(join(found, ", "));
    return pass(wire.servers.empty() ? "none at all" : "sshd alone");
}

// What the node itself tries, as our own questions on the wire.
static bool is_own(std::string_view line, const std::vector<std::string>& own_addresses)
{
    return std::ranges::any_of(own_addresses, [&](const std::string& address) {
        return line.find(cat(" ", address, " port ")) != std::string_view::npos;
    });
}

static bool is_failed_login(std::string_view line)
{
    return line.starts_with("Failed ") || line.starts_with("Invalid user ") ||
           line.starts_with("Connection closed by authenticating user ") ||
           line.starts_with("Connection closed by invalid user ") ||
           line.starts_with("Disconnected from authenticating user ") ||
           line.starts_with("maximum authentication attempts exceeded ");
}

static Result<std::vector<std::string>> own_addresses(const Facts& facts)
{
    std::vector<std::string> addresses{"127.0.0.1", "::1"};
    for (const auto& listener : TRY(facts.once(sshd_listeners)))
        addresses.push_back(listener.socket.address);
    return addresses;
}

Result<Outcome> brute_force_is_braked(const Facts& facts)
{
    constexpr std::ptrdiff_t many = 60; // in an hour
    if (has_no_sshd(facts))
        return without_sshd();
    const auto log = TRY(facts.once(ssh_log));
    const auto own = TRY(own_addresses(facts));
    const auto failed = std::ranges::count_if(log.lines, [&](const std::string& line) {
        return log.is_of_last_hour && is_failed_login(line) && !is_own(line, own);
    });
    const auto text = cat(log.lines.size() < most_log_lines ? "" : "at least ",
                          std::to_string(failed), " failed logins in the last hour");
    const auto by = TRY(brake(facts));
    if (!by.empty())
        return pass(cat(text, "; ", by));
    return failed < many ? pass(cat(text, "; nothing would slow them down"))
                         : fail(cat(text, ", and nothing slows them down"));
}

}
