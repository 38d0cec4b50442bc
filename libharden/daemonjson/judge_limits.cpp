#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <array>

namespace harden {

static std::optional<long long> limit_of(const Judge& judge, const JsonMember& ulimit,
                                         std::string_view name)
{
    const auto* member = field_of(ulimit.value, name);
    if (member == nullptr) {
        judge.error(ulimit.key_span, "ulimits.fields",
                    cat("ulimit \"", escaped(ulimit.key), "\" has no \"", name, "\""),
                    R"(as in {"Name": "nofile", "Soft": 1024, "Hard": 4096})");
        return std::nullopt;
    }
    const auto number = whole_number(member->value);
    if (!number)
        judge.error(
            member->value.span, "value.type",
            cat("\"", name, "\" must be a whole number, this is ", name_of(member->value.type)));
    return number;
}

static void judge_name(const Judge& judge, const JsonMember& ulimit)
{
    const auto* name = field_of(ulimit.value, "Name");
    if (name == nullptr)
        return judge.error(
            ulimit.key_span, "ulimits.fields",
            cat("ulimit \"", escaped(ulimit.key), "\" has no \"Name\": no container starts"),
            cat("add \"Name\": ", escaped(json_string(ulimit.key))));
    if (!judge.expect(name->value, JsonType::Text, "\"Name\""))
        return;
    const auto& known = judge.table.ulimits;
    if (std::ranges::find(known, name->value.text) != known.end())
        return;
    const auto near = nearest(name->value.text, known);
    judge.error(
        name->value.span, "ulimits.name",
        cat("no ulimit is named ", escaped(json_string(name->value.text)), ": no container starts"),
        near ? cat("did you mean \"", *near, "\"") : cat("one of ", join(known, ", ")));
}

static void judge_ulimit(const Judge& judge, const JsonMember& ulimit)
{
    static const std::array<std::string, 3> known = {"Name", "Soft", "Hard"};
    if (!judge.expect(ulimit.value, JsonType::Object, "a ulimit"))
        return;
    judge.fields(ulimit.value, known, cat("ulimit \"", escaped(ulimit.key), "\""));
    judge_name(judge, ulimit);
    const auto soft = limit_of(judge, ulimit, "Soft");
    const auto hard = limit_of(judge, ulimit, "Hard");
    if (!soft || !hard || *hard == -1)
        return;
    if (*soft == -1 || *soft > *hard)
        judge.error(field_of(ulimit.value, "Soft")->value.span, "ulimits.soft",
                    cat("the soft limit is above the hard one, ", std::to_string(*hard),
                        ": dockerd starts, and no container does"));
}

void judge_limits(const Judge& judge)
{
    const auto* ulimits = judge.object_at("default-ulimits");
    if (ulimits == nullptr)
        return;
    for (const auto& ulimit : ulimits->members)
        judge_ulimit(judge, ulimit);
}

}
