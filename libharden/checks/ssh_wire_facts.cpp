#include "checks/firewall_facts.h"
#include "checks/ssh_facts.h"

#include <algorithm>
#include <array>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto patience_with_sshd = 3s;
static constexpr auto patience_with_others = 300ms; // a shell greets at once
static constexpr std::size_t most_others = 64;
// What answers for the first is a container; the others count callers who say nothing, and turn
// them away in the end.
static constexpr std::array not_asked{"docker-proxy", "mysqld", "mariadbd"};
static constexpr std::string_view telnet_command = "\xff"; // "interpret as command", then an option

namespace {

// A server that is asked, and who it is.
struct Dialled {
    Listener listener;
    TcpQuestion question;
    bool is_sshd = false;
};

}

// Where a server is reached that listens on every address.
static std::string dialled_address(const std::string& address)
{
    if (address == "0.0.0.0")
        return "127.0.0.1";
    return address == "::" ? "::1" : address;
}

static bool has_port(const std::vector<Dialled>& all, const Listener& listener)
{
    return std::ranges::any_of(all, [&](const Dialled& each) {
        return each.question.port == listener.socket.port &&
               each.listener.process == listener.process;
    });
}

static void add_sshd(std::vector<Dialled>& all, const Listener& listener)
{
    all.push_back({listener,
                   {.address = dialled_address(listener.socket.address),
                    .port = listener.socket.port,
                    .hello = ssh_hello,
                    .patience = patience_with_sshd,
                    .is_whole = is_whole_greeting},
                   true});
}

static void add_other(std::vector<Dialled>& all, const Listener& listener)
{
    all.push_back({listener,
                   {.address = dialled_address(listener.socket.address),
                    .port = listener.socket.port,
                    .hello = {},
                    .patience = patience_with_others,
                    .is_whole = [](std::string_view said) { return said.size() >= 4; }}});
}

static Result<std::vector<Dialled>> to_dial(const Facts& facts)
{
    std::vector<Dialled> all;
    for (const auto& listener : TRY(facts.once(sshd_listeners)))
        if (!has_port(all, listener))
            add_sshd(all, listener);
    const auto own = all.size();
    for (const auto& listener : TRY(facts.once(listening_sockets))) {
        const auto& socket = listener.socket;
        if (socket.protocol == Protocol::Tcp && !is_loopback(socket.address) &&
            std::ranges::find(not_asked, listener.name) == not_asked.end() &&
            !has_port(all, listener))
            add_other(all, listener);
    }
    if (all.size() - own > most_others)
        return Error{ErrorKind::Unsupported,
                     cat(std::to_string(all.size() - own), " ports listen, more than are tried"),
                     {}};
    return all;
}

// Shells that are known by name, or that greet as one. Empty: it is none.
static std::string shell_of(const Listener& listener, const Result<std::string>& said)
{
    constexpr std::array names{"dropbear",        "telnetd", "in.telnetd", "in.rshd",
                               "inetutils-telne", "rlogind", "in.rlogind", "tinysshd"};
    const auto name = escaped(listener.name, 40);
    if (std::ranges::find(names, listener.name) != names.end())
        return name;
    if (said && said->starts_with("SSH-"))
        return cat("an SSH server", name.empty() ? "" : cat(" (", name, ")"));
    if (said && said->starts_with(telnet_command))
        return cat("a telnet server", name.empty() ? "" : cat(" (", name, ")"));
    return {};
}

Result<SshWire> ssh_wire(const Facts& facts)
{
    if (!facts.probes().talk)
        return Error{ErrorKind::Unsupported, "nobody was asked on the wire", {}};
    const auto all = TRY(to_dial(facts));
    std::vector<TcpQuestion> questions;
    for (const auto& each : all)
        questions.push_back(each.question);
    const auto answers = facts.probes().talk(questions);
    SshWire wire;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& question = all[i].question;
        if (!all[i].is_sshd) {
            if (auto shell = shell_of(all[i].listener, answers[i]); !shell.empty())
                wire.others.push_back({std::move(shell), question.port});
            continue;
        }
        const auto where = cat("ask sshd on port ", std::to_string(question.port));
        const auto said = TRY(Result{answers[i]}.during(where));
        auto greeting = TRY(parse_ssh_greeting(said).during(where));
        wire.servers.push_back({question.address, question.port, std::move(greeting)});
    }
    return wire;
}

std::optional<std::vector<std::string>> methods_in(std::string_view complaint)
{
    constexpr std::string_view before = "Permission denied (";
    const auto begin = complaint.rfind(before);
    if (begin == std::string_view::npos)
        return std::nullopt;
    const auto list = complaint.substr(begin + before.size());
    std::vector<std::string> methods;
    for (const auto method : split(list.substr(0, list.find(')')), ','))
        methods.emplace_back(trim(method));
    return methods;
}

// The node's own client, which brings no key, keeps nothing and asks nobody.
static Command dial(const SshServer& server)
{
    Command command{"ssh", "-F", "/dev/null", "-p", std::to_string(server.port)};
    for (const auto* option :
         {"BatchMode=yes", "PreferredAuthentications=none", "StrictHostKeyChecking=no",
          "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null", "ControlPath=none",
          "IdentityAgent=none", "ConnectTimeout=5", "LogLevel=ERROR"})
        command.insert(command.end(), {"-o", option});
    command.insert(command.end(), {cat("root@", server.address), "true"});
    return command;
}

Result<std::vector<OfferedMethods>> offered_methods(const Facts& facts)
{
    std::vector<OfferedMethods> all;
    const auto wire = TRY(facts.once(ssh_wire));
    for (const auto& server : wire.servers) {
        const auto answer =
            TRY(facts.host().query(dial(server), {.timeout = 8s}).during("try a login"));
        auto methods = methods_in(answer.err);
        if (!methods && answer.status != 0)
            return Error{ErrorKind::Failed,
                         cat("ssh on port ", std::to_string(server.port), ": ",
                             escaped(trim(answer.err), 160)),
                         {}};
        all.push_back({server.port, std::move(methods).value_or(std::vector<std::string>{})});
    }
    return all;
}

static Result<std::vector<std::string>> journal_lines(const Host& host, const Command& options)
{
    Command command{"journalctl",         "--quiet",        "--output=cat", "_COMM=sshd",
                    "_COMM=sshd-session", "_COMM=sshd-auth"};
    command.insert(command.end(), options.begin(), options.end());
    const auto answer = TRY(host.query(command, {.timeout = 5s}));
    if (answer.status != 0 && !trim(answer.err).empty()) // newer ones fail where nothing matches
        return Error{ErrorKind::Failed, cat("journalctl: ", escaped(trim(answer.err), 160)), {}};
    std::vector<std::string> found;
    for (const auto line : lines(answer.out))
        if (!trim(line).empty())
            found.emplace_back(line);
    return found;
}

Result<SshLog> ssh_log(const Facts& facts)
{
    const auto most = cat("--lines=", std::to_string(most_log_lines));
    SshLog log;
    log.lines = TRY(journal_lines(facts.host(), {"--since=-1h", most}));
    log.is_of_last_hour = !log.lines.empty();
    if (log.lines.empty())
        log.lines = TRY(journal_lines(facts.host(), {"--boot", "--lines=1"}));
    return log;
}

}
