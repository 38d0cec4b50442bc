#include "daemonjson/validate.h"

#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <cctype>

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

static bool is_same(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

const JsonMember* field_of(const JsonValue& object, std::string_view name)
{
    const auto found = std::ranges::find_if(
        object.members, [&](const JsonMember& member) { return is_same(member.key, name); });
    return found == object.members.end() ? nullptr : &*found;
}

void Judge::fields(const JsonValue& object, std::span<const std::string> known,
                   std::string_view what) const
{
    for (const auto& member : object.members) {
        if (std::ranges::any_of(known, [&](const auto& name) { return is_same(member.key, name); }))
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

bool Judge::is_before(DockerVersion version) const
{
    return facts.version && *facts.version < version;
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
    judge_forms(judge);
    judge_networks(judge);
    judge_accounts(judge);
    judge_flags(judge);
    judge_conflicts(judge);
}

// The first whose dockerd takes an empty file and a byte order mark.
static constexpr DockerVersion reads_more{23, 0};

static JsonComplaint empty_file(const DaemonFacts& facts)
{
    const bool is_refused = facts.version && *facts.version < reads_more;
    return {{0, 0},
            is_refused ? Weight::Error : Weight::Warning,
            "json.empty",
            is_refused ? "the file is empty: dockerd does not start"
                       : "the file is empty; dockerd before 23 does not start with it",
            "write {} for a daemon without settings"};
}

static void judge_mark(const Judge& judge, std::string_view text)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark) && judge.is_before(reads_more))
        judge.error({0, mark.size()}, "json.mark",
                    "the file begins with a byte order mark: dockerd does not start",
                    "save it as plain UTF-8");
}

Judged validate(std::string_view text, const KeyTable& table, const DaemonFacts& facts)
{
    if (trim(text).empty())
        return {.complaints = {empty_file(facts)}};
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
    judge_mark(judge, text);
    if (judge.expect(*judged.root, JsonType::Object, "daemon.json"))
        judge_all(judge);
    std::ranges::stable_sort(judged.complaints, {},
                             [](const JsonComplaint& one) { return one.where.begin; });
    return judged;
}

}
