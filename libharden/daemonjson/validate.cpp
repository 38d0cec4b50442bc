#include "daemonjson/validate.h"

#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>

namespace harden {

void Judge::error(TextSpan where, std::string id, std::string message, std::string hint) const
{
    complaints.push_back(
        {where, Weight::Error, std::move(id), std::move(message), std::move(hint)});
}

void Judge::warn(TextSpan where, std::string id, std::string message, std::string hint) const
{
    complaints.push_back(
        {where, Weight::Warning, std::move(id), std::move(message), std::move(hint)});
}

bool Judge::expect(const JsonValue& value, JsonType type, std::string_view what) const
{
    if (value.type == type)
        return true;
    error(value.span, "value.type",
          cat(what, " must be ", name_of(type), ", this is ", name_of(value.type)));
    return false;
}

void Judge::fields(const JsonValue& object, std::span<const std::string> known,
                   std::string_view what) const
{
    for (const auto& member : object.members) {
        if (std::ranges::find(known, member.key) != known.end())
            continue;
        const auto near = nearest(member.key, known);
        error(member.key_span, "key.unknown",
              cat("unknown key ", escaped(json_string(member.key)), " in ", what,
                  ": dockerd ignores it without a word"),
              near ? cat("did you mean \"", *near, "\"") : cat("it may hold ", join(known, ", ")));
    }
}

bool Judge::applies(const DockerVersions& versions) const
{
    return !facts.version || ((!versions.since || *facts.version >= *versions.since) &&
                              (!versions.until || *facts.version <= *versions.until));
}

static const JsonValue* typed(const JsonValue* value, JsonType type)
{
    return value != nullptr && value->type == type ? value : nullptr;
}

const JsonValue* Judge::object_at(std::string_view key) const
{
    return typed(root.find(key), JsonType::Object);
}

const JsonValue* Judge::text_at(std::string_view key) const
{
    return typed(root.find(key), JsonType::Text);
}

const JsonValue* Judge::list_at(std::string_view key) const
{
    return typed(root.find(key), JsonType::List);
}

static void judge_all(const Judge& judge)
{
    judge_duplicates(judge, judge.root);
    judge_keys(judge);
    judge_runtimes(judge);
    judge_logging(judge);
    judge_limits(judge);
    judge_endpoints(judge);
    judge_registries(judge);
    judge_pools(judge);
    judge_host(judge);
    judge_flags(judge);
    judge_conflicts(judge);
}

Judged validate(std::string_view text, const KeyTable& table, const DaemonFacts& facts)
{
    auto parsed = json_document(text);
    Judged judged;
    if (!parsed.root) {
        auto& problem = parsed.problem;
        judged.complaints.push_back({problem.where, Weight::Error, "json.syntax",
                                     std::move(problem.message), std::move(problem.hint)});
        return judged;
    }
    judged.root = std::move(parsed.root);
    const Judge judge{*judged.root, table, facts, judged.complaints};
    if (judge.expect(*judged.root, JsonType::Object, "daemon.json"))
        judge_all(judge);
    std::ranges::stable_sort(judged.complaints, {},
                             [](const JsonComplaint& one) { return one.where.begin; });
    return judged;
}

}
