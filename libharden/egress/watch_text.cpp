#include "egress/watch_text.h"

#include "base/text.h"

#include <algorithm>

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

}
