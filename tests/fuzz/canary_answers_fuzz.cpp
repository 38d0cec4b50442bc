#include "checks/canary_answers.h"
#include "checks/egress_rows.h"
#include "checks/gvisor_flags.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

// What a canary writes, and two of the node's texts that are read line by line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    if (const auto answers = parse_canary_answers(text))
        for (const auto& [key, value] : answers->values) {
            (void)attempt_of(*answers, key);
            (void)children_of(*answers, key);
        }
    (void)wrong_order(text);
    (void)flags_of_config(text);
    return 0;
}
