#include "dockerfile/compose.h"
#include "dockerfile/request_limits.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace harden;

// A compose file of anybody's: every text it yields has its place in the source.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    Variables variables;
    variables.set("NAME", "value");
    const auto file = parse_compose(text, variables);
    for (const auto& problem : file.problems)
        if (problem.offset > text.size())
            std::abort();
    for (const auto& service : file.services) {
        if (service.name.offset > text.size() ||
            (service.image && service.image->offset > text.size()))
            std::abort();
        (void)judge_limits(service, text, {});
    }
    return 0;
}
