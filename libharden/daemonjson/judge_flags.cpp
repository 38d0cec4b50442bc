#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <set>

namespace harden {

// dockerd's short flags that a file can repeat.
static std::string_view long_name(std::string_view flag)
{
    if (flag.starts_with("-H"))
        return "host";
    if (flag.starts_with("-D"))
        return "debug";
    if (flag.starts_with("-l"))
        return "log-level";
    if (flag.starts_with("-s"))
        return "storage-driver";
    if (flag.starts_with("-b"))
        return "bridge";
    if (flag.starts_with("-G"))
        return "group";
    if (flag.starts_with("-p"))
        return "pidfile";
    return {};
}

static std::set<std::string_view> given_flags(const std::vector<std::string>& arguments)
{
    std::set<std::string_view> given;
    for (const std::string_view argument : arguments) {
        if (argument.starts_with("--"))
            given.insert(argument.substr(2, argument.find('=') - 2));
        else if (argument.starts_with('-'))
            given.insert(long_name(argument));
    }
    return given;
}

void judge_flags(const Judge& judge)
{
    const auto given = given_flags(judge.facts.flags);
    for (const auto& member : judge.root.members) {
        const auto* rule = judge.table.find(member.key);
        // runtimes of both are merged
        if (rule == nullptr || member.key == "runtimes" || !given.contains(rule->flag))
            continue;
        const bool is_hosts = member.key == "hosts";
        judge.error(member.key_span, "flags.twice",
                    cat("\"", member.key, "\" is also set on dockerd's command line as ",
                        is_hosts ? "-H" : cat("--", rule->flag), ": dockerd does not start"),
                    is_hosts ? "systemctl edit docker: an empty ExecStart=, then one without -H"
                             : "set it in one of the two places");
    }
}

static bool holds(const Judge& judge, const KeyConflict::Condition& condition)
{
    const auto* value = judge.root.find(condition.key);
    if (value == nullptr || value->type == JsonType::Null)
        return condition.value == "unset";
    if (condition.value == "set")
        return value->type != JsonType::Text || !value->text.empty();
    if (value->type == JsonType::Boolean)
        return condition.value == (value->boolean ? "true" : "false");
    return value->text == condition.value;
}

void judge_conflicts(const Judge& judge)
{
    for (const auto& conflict : judge.table.conflicts) {
        // where the version is not known, a conflict of old ones only is not one
        if (!judge.applies(conflict.versions) || (!judge.facts.version && conflict.versions.until))
            continue;
        const bool all = std::ranges::all_of(
            conflict.when, [&](const auto& condition) { return holds(judge, condition); });
        const auto named = std::ranges::find_if(judge.root.members, [&](const auto& member) {
            return member.key == conflict.when.front().key;
        });
        if (all && named != judge.root.members.end())
            judge.error(named->key_span, "keys.conflict", conflict.why, conflict.hint);
    }
}

}
