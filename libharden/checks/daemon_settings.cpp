#include "checks/daemon_settings.h"

#include "base/time.h"
#include "checks/docker_facts.h"
#include "daemonjson/daemon.h"
#include "daemonjson/key_table.h"
#include "node/journal.h"
#include "ssh/login_session.h"

#include <algorithm>

namespace harden {

Result<DaemonFile> daemon_file(const Facts& facts)
{
    DaemonFile found{.daemon = daemon_of(facts.node())};
    auto text = facts.host().read(found.daemon.file);
    if (text.is_absent())
        return found;
    found.text = TRY(std::move(text));
    const auto keys = TRY(key_table(TRY(key_settings(facts.host()))));
    found.judged = validate(*found.text, keys, facts_of(found.daemon, facts.host()));
    return found;
}

// "--flag VALUE" or "--flag=VALUE" on the daemon's command line.
std::vector<std::string> flag_values(const std::vector<std::string>& flags, std::string_view name)
{
    std::vector<std::string> values;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const std::string_view flag = flags[i];
        if (flag == name && i + 1 < flags.size())
            values.push_back(flags[i + 1]);
        if (flag.starts_with(name) && flag.substr(name.size()).starts_with('='))
            values.emplace_back(flag.substr(name.size() + 1));
    }
    return values;
}

static std::string flag_value(const std::vector<std::string>& flags, std::string_view name)
{
    const auto values = flag_values(flags, name);
    return values.empty() ? std::string{} : values.front();
}

static bool has_flag(const std::vector<std::string>& flags, std::string_view name)
{
    return std::ranges::find(flags, name) != flags.end() || flag_value(flags, name) == "true";
}

static const JsonValue* value_in(const DaemonFile& file, std::string_view key)
{
    return file.judged.root ? file.judged.root->find(key) : nullptr;
}

std::optional<bool> given_boolean(const DaemonFile& file, std::string_view key)
{
    const auto flag = cat("--", key);
    if (const auto* value = value_in(file, key); value != nullptr)
        return value->is_boolean(true);
    if (flag_value(file.daemon.flags, flag) == "false")
        return false;
    return has_flag(file.daemon.flags, flag) ? std::optional{true} : std::nullopt;
}

std::string given_text(const DaemonFile& file, std::string_view key)
{
    if (const auto* value = value_in(file, key); value != nullptr)
        return value->text;
    return flag_value(file.daemon.flags, cat("--", key));
}

static DaemonSettings from_flags(const std::vector<std::string>& flags)
{
    DaemonSettings settings{
        .userland_proxy = flag_value(flags, "--userland-proxy") != "false",
        .metrics_address = flag_value(flags, "--metrics-addr"),
        .no_new_privileges = has_flag(flags, "--no-new-privileges"),
        .verifies_clients = has_flag(flags, "--tlsverify"),
    };
    constexpr std::string_view max_size = "max-size=";
    for (const auto& flag : flags)
        if (const auto at = flag.find(max_size); at != std::string::npos)
            settings.log_max_size = flag.substr(at + max_size.size());
    return settings;
}

Result<DaemonSettings> daemon_settings(const Facts& facts)
{
    const auto file = TRY(facts.once(daemon_file));
    auto settings = from_flags(file.daemon.flags);
    if (!file.judged.root)
        return settings;
    const auto& root = *file.judged.root;
    if (const auto* options = root.find("log-opts"))
        if (const auto* size = options->find("max-size"))
            settings.log_max_size = size->text;
    if (const auto* address = root.find("metrics-addr"))
        settings.metrics_address = address->text;
    if (const auto* proxy = root.find("userland-proxy"))
        settings.userland_proxy = !proxy->is_boolean(false);
    if (const auto* refused = root.find("no-new-privileges"))
        settings.no_new_privileges |= refused->is_boolean(true);
    if (const auto* verify = root.find("tlsverify"))
        settings.verifies_clients |= verify->is_boolean(true);
    return settings;
}

using WallTime = std::chrono::system_clock::time_point;

static Result<WallTime> daemon_start(const Facts& facts)
{
    const auto& host = facts.host();
    const auto pid = std::to_string(TRY(facts.once(daemon_pid)));
    const auto started = TRY(process_of(host, pid)).started;
    const auto clock = TRY(host.now());
    const auto age =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.since_boot) - started;
    return clock.wall - age;
}

static bool refuses_new_privileges(const std::string& text)
{
    const auto document = json_document(text);
    const auto* refused = document.root ? document.root->find("no-new-privileges") : nullptr;
    return refused != nullptr && refused->is_boolean(true);
}

// A file that was written since, as for what a reload brings in: the first transaction that did so
// keeps what dockerd read, unless somebody else wrote in between.
static bool said_so_before(const Facts& facts, const Path& file, WallTime started)
{
    const auto records = transactions(facts.host());
    for (const auto& record : records ? *records : std::vector<TxRecord>{})
        for (const auto& entry : record.entries) {
            const auto changed = from_rfc3339(record.started);
            if (entry.file != file || !changed || *changed < started)
                continue;
            const auto text =
                facts.host().read(Path{transactions_directory} / record.id / entry.saved);
            return entry.existed && entry.before.modified > WallTime{} &&
                   entry.before.modified < started && text && refuses_new_privileges(*text);
        }
    return false;
}

// The key takes a restart, so what dockerd runs with is what the file said when it started.
static Result<bool> started_after_its_file(const Facts& facts)
{
    const auto& file = TRY(facts.once(daemon_file)).daemon.file;
    const auto started = TRY(daemon_start(facts));
    return started > TRY(facts.host().status(file)).modified ||
           said_so_before(facts, file, started);
}

Result<Outcome> no_new_privileges_by_file(const Facts& facts)
{
    const auto settings = TRY(facts.once(daemon_settings));
    if (!settings.no_new_privileges)
        return fail("set-user-id programs gain privileges");
    if (!TRY(facts.once(daemon_file)).text)
        return pass("by dockerd's flags");
    return TRY(started_after_its_file(facts))
               ? pass("dockerd started after its file said so")
               : fail("the file says so, but dockerd started before it was written");
}

Result<Outcome> daemon_json_valid(const Facts& facts)
{
    const auto file = TRY(facts.once(daemon_file));
    const auto name = file.daemon.file.string();
    if (!file.text)
        return fail(cat(name, " does not exist"));
    for (const auto& complaint : file.judged.complaints)
        if (complaint.weight == Weight::Error)
            return fail(headline(complaint, name, *file.text));
    return pass(name);
}

Result<Outcome> daemon_json_applied(const Facts& facts)
{
    const auto file = TRY(facts.once(daemon_file));
    const auto name = file.daemon.file.string();
    const auto info = TRY(facts.once(docker_info));
    if (!file.text)
        return not_applicable(cat(name, " does not exist"));
    if (!file.judged.root)
        return fail(cat(name, " is no JSON"));
    std::vector<std::string> differing;
    for (const auto& change : drift(*file.judged.root, info))
        differing.push_back(
            cat(to_text(change.path), " is ", change.from, ", the file says ", change.to));
    if (!differing.empty())
        return fail(join(differing, "; "));
    return pass("in all that it tells of itself");
}

}
