#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace harden::bench {

// Dockerfiles as people write them: services in several languages, with variables, continuations,
// comments and several stages; one in fifty is a miner's. The same for the same seed; their median
// length is near the 570 bytes of 99,789 public ones.
std::vector<std::string> generated_dockerfiles(std::size_t count, std::uint64_t seed);

}
