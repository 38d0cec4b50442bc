#include "checks/judged.h"

namespace harden {

Outcome judged(std::vector<std::string> complaints, std::string good)
{
    constexpr std::size_t most = 4;
    if (complaints.empty())
        return pass(std::move(good));
    const auto all = complaints.size();
    if (all > most)
        complaints.resize(most);
    return fail(cat(join(complaints, ", "),
                    all > most ? cat(" and ", std::to_string(all - most), " more") : ""));
}

}
