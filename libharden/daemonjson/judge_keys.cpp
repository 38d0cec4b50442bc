#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace harden {

void judge_duplicates(const Judge& judge, const JsonValue& value)
{
    std::map<std::string_view, const JsonMember*> seen;
    for (const auto& member : value.members) {
        if (!seen.emplace(member.key, &member).second)
            judge.error(member.key_span, "key.duplicate",
                        cat("the key ", escaped(json_string(member.key)),
                            " stands here twice: dockerd takes the last one without a word"),
                        "keep one of them");
        judge_duplicates(judge, member.value);
    }
    for (const auto& element : value.elements)
        judge_duplicates(judge, element);
}

static std::string lower(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

static std::vector<std::string> names_of(const KeyTable& table)
{
    std::vector<std::string> names;
    for (const auto& rule : table.keys)
        if (rule.rejected.empty())
            names.push_back(rule.name);
    return names;
}

static std::string advice_for(const Judge& judge, const JsonMember& member)
{
    if (const auto* rule = judge.table.find(lower(member.key)))
        return cat("keys are lower case: write \"", rule->name, "\"");
    if (const auto* rule = judge.table.find_flag(member.key))
        return cat("that is the name of the flag: the key is \"", rule->name, "\"");
    if (const auto near = nearest(lower(member.key), names_of(judge.table)))
        return cat("did you mean \"", *near, "\"");
    const auto& inside = member.value.members;
    if (std::ranges::any_of(inside, [&](const auto& one) { return judge.table.find(one.key); }))
        return cat("keys have no effect inside an object: move \"", inside.front().key,
                   "\" to the top");
    return "remove it";
}

static bool is_key_or_flag(const Judge& judge, std::string_view name)
{
    return judge.table.find(name) != nullptr || judge.table.find_flag(name) != nullptr;
}

// dockerd looks at the names one level down as if they stood at the top. It takes switches from
// there when it starts, and a reload takes them away again.
static std::string_view effect_of(const Judge& judge, const JsonMember& member)
{
    const auto& inside = member.value.members;
    if (member.value.type != JsonType::Object)
        return judge.table.find_flag(member.key) != nullptr
                   ? "dockerd accepts the file and ignores the key"
                   : "dockerd does not start";
    if (!std::ranges::all_of(inside,
                             [&](const auto& one) { return is_key_or_flag(judge, one.key); }))
        return "dockerd does not start";
    return "dockerd accepts the file and does not do what it says";
}

static void judge_unknown(const Judge& judge, const JsonMember& member)
{
    judge.error(
        member.key_span, "key.unknown",
        cat("unknown key ", escaped(json_string(member.key)), ": ", effect_of(judge, member)),
        advice_for(judge, member));
}

static void judge_version(const Judge& judge, const KeyRule& rule, const JsonMember& member)
{
    const auto& [since, until] = rule.versions;
    const auto& version = judge.facts.version;
    const auto running = version ? cat("; this is ", to_text(*version)) : std::string{};
    if (since && version && *version < *since)
        judge.error(member.key_span, "key.too-new",
                    cat("\"", rule.name, "\" came with Docker ", to_text(*since), running),
                    "upgrade Docker, or remove the key");
    if (!until || (version && *version <= *until))
        return;
    auto message = cat("\"", rule.name, "\" went away after Docker ", to_text(*until), running);
    if (version && !rule.is_tolerated)
        judge.error(member.key_span, "key.removed", std::move(message), "remove the key");
    else
        judge.warn(member.key_span, "key.removed", std::move(message), "remove the key");
}

static void judge_key(const Judge& judge, const JsonMember& member)
{
    const auto* rule = judge.table.find(member.key);
    if (rule == nullptr)
        return judge_unknown(judge, member);
    if (!rule->rejected.empty())
        return judge.error(member.key_span, "key.rejected", rule->rejected, "remove the key");
    judge_version(judge, *rule, member);
    if (member.value.type == JsonType::Null)
        return judge.warn(member.value.span, "value.null",
                          cat("null leaves \"", rule->name, "\" at its default"),
                          "remove the key, or give it a value");
    judge_value(judge, *rule, member.value);
}

void judge_keys(const Judge& judge)
{
    for (const auto& member : judge.root.members)
        judge_key(judge, member);
}

}
