#include "node/connection_text.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string line{data, data + size};
    const auto connection = parse_connection(line);
    if (connection && (connection->source.empty() || connection->destination.empty()))
        __builtin_trap();
    return 0;
}
