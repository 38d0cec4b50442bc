#pragma once

#include "checks/facts.h"

#include <set>
#include <string>

namespace harden {

enum class ModuleState {
    Absent,   // this kernel has not got it
    Blocked,  // modprobe is told to run something else, or nothing can be loaded any more
    Loadable, // it comes as soon as something asks for it
    Present,  // loaded, or part of the kernel
};

struct KernelModules {
    using Names = std::set<std::string, std::less<>>;
    Names present;
    Names files;   // in /lib/modules
    Names blocked; // "install NAME /bin/false" in modprobe.d
    bool are_sealed = false;
};
Result<KernelModules> kernel_modules(const Facts& facts); // for Facts::once

// "usb-storage" and "usb_storage" are the same module.
ModuleState state_of(const KernelModules& modules, std::string_view module);

}
