#include "checks/judged.h"

#include <algorithm>

namespace harden {

std::string some_of(std::vector<std::string> names, std::size_t most)
{
    const auto all = names.size();
    names.resize(std::min(all, most));
    const auto text = join(names, ", ");
    return all > most ? cat(text, " and ", std::to_string(all - most), " more") : text;
}

Outcome judged(std::vector<std::string> complaints, std::string good)
{
    constexpr std::size_t most_told = 4;
    if (complaints.empty())
        return pass(std::move(good));
    return fail(some_of(std::move(complaints), most_told));
}

}
