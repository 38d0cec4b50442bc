#include "ssh/greeting.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace harden;

// What any server on the node's ports may say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string said{data, data + size};
    const auto greeting = parse_ssh_greeting(said);
    if (greeting && (!is_whole_greeting(said) || greeting->identification.empty()))
        std::abort();
    if (greeting)
        for (const auto& name : greeting->key_exchanges)
            (void)is_marker(name);
    return 0;
}
