#include "checks/freshness.h"

#include "base/json_view.h"
#include "checks/verify_rules.h"
#include "daemonjson/daemon.h"
#include "node/journal.h"

#include <algorithm>
#include <map>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto one_day = 24h;
static constexpr auto clock_tolerance = 2min;

std::string age_text(std::chrono::system_clock::duration age)
{
    const auto minutes = std::chrono::floor<std::chrono::minutes>(age).count();
    return minutes < 120 ? cat(std::to_string(minutes), " min")
                         : cat(std::to_string(minutes / 60), " h");
}

// How old a file is; one from the future says nothing.
static Result<std::chrono::system_clock::duration> age_of(const Host& host,
                                                          const FileStatus& status)
{
    const auto age = TRY(host.now()).wall - status.modified;
    if (age < -clock_tolerance)
        return Error{ErrorKind::Malformed, "its time lies in the future", {}};
    return age;
}

Result<Outcome> alerts_are_delivered(const Facts& facts)
{
    const auto record = TRY(facts.once(verify_rules)).detector.delivery_record;
    if (record.empty())
        return not_applicable(cat("nothing is named that carries alerts off the node "
                                  "(delivery_record in ",
                                  site_verify_rules, ")"));
    const auto status = facts.host().status(record);
    if (status.is_absent())
        return fail(cat(escaped(record, 120), " does not exist: nothing was ever delivered"));
    const auto found = TRY(status);
    const auto age = TRY(age_of(facts.host(), found));
    const auto text = cat("last delivery ", age_text(age), " ago");
    return age <= one_day ? pass(text) : fail(text);
}

static std::string timer_state(const Host& host)
{
    const auto answer = host.query({"systemctl", "is-active", verify_timer});
    const auto state = answer ? escaped(trim(answer->out), 40) : std::string{};
    return state.empty() ? "not there" : state;
}

Result<Outcome> verified_recently(const Facts& facts)
{
    const auto& host = facts.host();
    const auto status = host.status(verify_record_file);
    if (status.is_absent())
        return fail(cat("no report is kept; ", verify_timer, " is ", timer_state(host)));
    const auto found = TRY(status);
    const auto age = TRY(age_of(host, found));
    if (found.size == 0)
        return fail(cat(verify_record_file, " is empty: the last run was broken off"));
    if (age > one_day)
        return fail(cat("last ", age_text(age), " ago; ", verify_timer, " is ", timer_state(host)));
    return pass(cat(age_text(age), " ago"));
}

// A row of the kernel: "ffff…: 00000002 00000000 00010000 0001 01 30251 /run/x.sock".
std::vector<std::string> listening_sockets_in(std::string_view unix_table)
{
    constexpr std::size_t flags_column = 3;
    constexpr std::size_t path_column = 7;
    constexpr std::string_view accepts_connections = "00010000";
    std::vector<std::string> found;
    for (const auto line : lines(unix_table)) {
        auto words = split(trim(line), ' ');
        std::erase(words, std::string_view{});
        if (words.size() > path_column && words[flags_column] == accepts_connections)
            found.emplace_back(words[path_column]);
    }
    return found;
}

// The sockets that gVisor's session file sends events to.
static Result<std::vector<std::string>> sinks_in(std::string_view session)
{
    const auto root = TRY(parse_json(session));
    std::vector<std::string> sockets;
    for (const auto& sink : root.within("trace_session").rows("sinks"))
        if (const auto socket = sink.within("config").text("endpoint"); !socket.empty())
            sockets.push_back(socket);
    if (!root.problem().empty())
        return Error{ErrorKind::Malformed, escaped(root.problem()), {}};
    return sockets;
}

// Session files that runtimes of the daemon's file are given: "--pod-init-config=FILE".
static Result<std::vector<std::string>> session_files(const Facts& facts)
{
    constexpr std::string_view flag = "--pod-init-config=";
    std::vector<std::string> files;
    const auto text = facts.host().read(daemon_of(facts.node()).file);
    if (text.is_absent())
        return files;
    const auto document = TRY(text);
    const auto root = TRY(parse_json(document));
    for (const auto& [name, runtime] : root.members("runtimes"))
        for (const auto& argument : runtime.texts("runtimeArgs"))
            if (const auto at = argument.find(flag); at != std::string::npos)
                files.push_back(argument.substr(at + flag.size()));
    return files;
}

static Result<std::vector<std::string>> wanted_sinks(const Facts& facts)
{
    std::vector<std::string> sinks;
    for (const auto& file : TRY(session_files(facts))) {
        const auto where = cat("read ", escaped(file, 120));
        const auto text = TRY(facts.host().read(file).during(where));
        for (auto& sink : TRY(sinks_in(text).during(where)))
            sinks.push_back(std::move(sink));
    }
    return sinks;
}

static Result<bool> runs(const Host& host, std::string_view program)
{
    for (const auto& name : TRY(host.list("/proc"))) {
        const auto command =
            to_number(name) ? host.read(Path{"/proc"} / name / "comm") : Result<std::string>{""};
        if (command && trim(*command) == program)
            return true;
    }
    return false;
}

Result<Outcome> monitoring_is_connected(const Facts& facts)
{
    const auto sinks = TRY(wanted_sinks(facts));
    const bool has_falco = static_cast<bool>(facts.host().status("/etc/falco/falco.yaml"));
    if (sinks.empty() && !has_falco)
        return not_applicable("neither Falco nor a gVisor runtime with a session is set up");
    if (has_falco && !TRY(runs(facts.host(), "falco")))
        return fail("Falco is set up and does not run");
    const auto table = sinks.empty() ? std::string{} : TRY(facts.host().read("/proc/net/unix"));
    const auto listening = listening_sockets_in(table);
    for (const auto& sink : sinks)
        if (std::ranges::find(listening, sink) == listening.end())
            return fail(cat("nobody listens on ", escaped(sink, 120)));
    return pass(sinks.empty() ? "Falco runs"
                              : cat("somebody listens on ", escaped(sinks.front(), 120)));
}

// Why a transaction could not be rolled back any more; empty: it could.
static std::string defect_of(const Host& host, const TxRecord& record)
{
    if (record.state == TxState::Unreadable)
        return cat("the record of ", escaped(record.id, 60), " is torn");
    if (record.state == TxState::Broken)
        return cat(escaped(record.id, 60), " could not be put back");
    for (const auto& entry : record.entries) {
        const auto saved = Path{transactions_directory} / record.id / entry.saved;
        if (!entry.saved.empty() && host.status(saved).is_absent())
            return cat("what ", escaped(record.verb, 60), " replaced of ",
                       escaped(entry.file.native(), 120), " is gone");
    }
    return {};
}

Result<Outcome> rollback_is_possible(const Facts& facts)
{
    std::map<std::string, TxRecord> last; // by verb
    for (auto& record : TRY(transactions(facts.host())))
        if (record.state != TxState::RolledBack)
            last.insert_or_assign(record.verb, std::move(record));
    if (last.empty())
        return not_applicable("harden has changed nothing here");
    std::vector<std::string> verbs;
    for (const auto& [verb, record] : last) {
        const auto defect = defect_of(facts.host(), record);
        if (!defect.empty())
            return fail(defect);
        verbs.push_back(escaped(verb, 40));
    }
    return pass(cat("kept of ", join(verbs, ", ")));
}

}
