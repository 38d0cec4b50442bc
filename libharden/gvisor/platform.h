#pragma once

#include "gvisor/gvisor_settings.h"

namespace harden {

// How a sandbox's system calls are caught.
struct Platform {
    std::string name; // "systrap", "kvm"
    std::string why;
};

// kvm where the machine's processor is its own and offers it, else systrap: inside a virtual
// machine kvm is slower, where it works at all.
Result<Platform> choose_platform(const Host& host, PlatformChoice choice);

// The platform a release takes where it is not told, out of `runsc flags`; empty: it does not say.
std::string default_platform(std::string_view flags);

}
