#pragma once

#include "usage/ring.h"

namespace harden {

enum class Letters { Ascii, Unicode };

// A container's last 24 hours in as many letters, an hour each, the newest last: the higher the
// letter, the nearer its demand to its quota. A space is an hour of which nothing is known.
std::string day_line(const Ring& ring, Letters letters);

}
