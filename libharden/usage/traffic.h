#pragma once

#include "usage/observation.h"

namespace harden {

// What was sent and received between two looks; its `links` are those of both. None where they are
// not of the same interfaces or a counter went back: then nobody knows.
std::optional<Traffic> growth_between(const std::optional<Traffic>& before,
                                      const std::optional<Traffic>& after);

}
