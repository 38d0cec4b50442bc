#include "egress/watch_text.h"

#include "base/text.h"

#include <algorithm>
#include <set>

namespace harden {

static constexpr std::size_t most_named = 4;

static std::string and_more(std::size_t all, std::size_t named)
{
    return all > named ? cat(" and ", std::to_string(all - named), " more") : "";
}

static std::string_view fate(const RuleDrift& drift)
{
    if (drift.from.empty())
        return " is gone";
    return drift.to.empty() ? " came in between" : " was changed";
}

std::string what_changed(const std::vector<RuleDrift>& drift)
{
    if (drift.empty())
        return "nothing";
    const auto& first = drift.front();
    const auto& rule = first.from.empty() ? first.to : first.from;
    return cat(first.backend, " ", first.family, ": ", escaped(first.what), " \"",
               escaped(rule, 80), "\"", fate(first), and_more(drift.size(), 1));
}

std::string who_changed(const std::vector<Writer>& writers)
{
    if (writers.empty())
        return "somebody whom the kernel does not name";
    std::vector<std::string> names;
    for (const auto& writer : writers)
        if (names.size() < most_named)
            names.push_back(cat("\"", escaped(writer.name), "\" (process ",
                                std::to_string(writer.process), ")"));
    return cat(join(names, ", "), and_more(writers.size(), names.size()));
}

using Names = std::set<std::string>;

// Everything of a ruleset that is there because of Docker's networks and containers.
static Names names_from_docker(const Ruleset& ruleset)
{
    Names names{ruleset.container_interfaces.begin(), ruleset.container_interfaces.end()};
    for (const auto& cgroup : ruleset.host_cgroups)
        names.insert(cat("cgroup ", cgroup.path, " (", std::to_string(cgroup.id), ")"));
    const auto add_exceptions = [&](const RefusedGroup& group) {
        for (const auto& source : group.open_to)
            names.insert(cat(group.id, " open to ", source));
    };
    std::ranges::for_each(ruleset.groups, add_exceptions);
    add_exceptions(ruleset.metadata);
    add_exceptions(ruleset.host_services);
    for (const auto& allowed : ruleset.allow)
        if (!allowed.source.empty())
            names.insert(cat(allowed.address, " open to ", allowed.source));
    return names;
}

static std::string only_in(const Names& one, const Names& other)
{
    std::vector<std::string> only;
    std::size_t all = 0;
    for (const auto& name : one)
        if (!other.contains(name) && ++all <= most_named)
            only.push_back(escaped(name));
    return only.empty() ? "none" : cat(join(only, ", "), and_more(all, only.size()));
}

std::string what_followed(const Ruleset& before, const Ruleset& after)
{
    const auto was = names_from_docker(before);
    const auto is = names_from_docker(after);
    return cat("new ", only_in(is, was), "; gone ", only_in(was, is));
}

}
