#pragma once

#include "node/canary.h"

namespace harden {

// A CanaryProbe on this machine's Docker. `image` is a tar archive whose only file is /canary.
CanaryProbe canaries_of(std::string image);

}
