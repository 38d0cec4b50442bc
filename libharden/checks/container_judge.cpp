#include "checks/container_judge.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t most_named = 5;
static constexpr std::size_t longest_reason = 160;

std::string some_of(const std::vector<std::string>& parts, std::string_view separator)
{
    const auto shown = std::min(parts.size(), most_named);
    const std::vector<std::string> first{parts.begin(),
                                         parts.begin() + static_cast<std::ptrdiff_t>(shown)};
    auto text = join(first, separator);
    if (parts.size() > shown)
        text += cat(separator, "and ", std::to_string(parts.size() - shown), " more");
    return text;
}

static std::string shortened(std::string reason)
{
    if (reason.size() <= longest_reason)
        return reason;
    // what is in it is escaped already: cut between characters
    auto end = longest_reason;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U)
        --end;
    return cat(reason.substr(0, end), "…");
}

static std::string exemptions(const RunningContainers& containers)
{
    if (containers.exempt.empty())
        return {};
    return cat(std::to_string(containers.exempt.size()),
               " exempt by the operator's file: ", some_of(containers.exempt, ", "));
}

static std::string with_note(std::string evidence, const std::string& note)
{
    return note.empty() ? evidence : cat(evidence, " (", note, ")");
}

static std::string count_of(std::size_t number)
{
    return cat(std::to_string(number), number == 1 ? " container" : " containers");
}

namespace {

struct Verdicts {
    std::size_t looked_at = 0;
    std::vector<std::string> offenders;
    std::vector<std::string> unseen;
};

}

static Verdicts verdicts(const RunningContainers& containers, const Judge& judge)
{
    Verdicts all;
    for (const auto& container : containers.judged) {
        auto complaint = judge(container, containers);
        if (complaint.is_absent())
            continue; // it ended meanwhile
        ++all.looked_at;
        if (!complaint)
            all.unseen.push_back(cat(container.name, ": ", complaint.error().message));
        else if (!complaint->empty())
            all.offenders.push_back(cat(container.name, ": ", shortened(*std::move(complaint))));
    }
    return all;
}

Result<Outcome> judge_each(const Facts& facts, const Judge& judge)
{
    const auto& containers = facts.once(running_containers);
    if (!containers)
        return containers.error();
    const auto note = exemptions(*containers);
    const auto found = verdicts(*containers, judge);
    if (found.looked_at == 0)
        return not_applicable(with_note("no container runs that is judged", note));
    if (!found.offenders.empty())
        return fail(with_note(some_of(found.offenders, "; "), note));
    if (!found.unseen.empty())
        return Error{ErrorKind::Failed, some_of(found.unseen, "; "), "run as root"};
    return pass(with_note(count_of(found.looked_at), note));
}

std::function<Result<Outcome>(const Facts&)>
each_container(Result<std::string> (*judge)(const RunningContainer&))
{
    return [judge](const Facts& facts) {
        return judge_each(facts,
                          [judge](const auto& container, const auto&) { return judge(container); });
    };
}

Check container_check(std::string_view id, std::string_view title, Severity severity,
                      std::string_view remedy, std::vector<std::string> map, std::string_view why,
                      std::function<Result<Outcome>(const Facts&)> look)
{
    return {.id = id,
            .group = container_group,
            .title = title,
            .severity = severity,
            .remedy = remedy,
            .map = std::move(map),
            .why = why,
            .look = std::move(look)};
}

}
