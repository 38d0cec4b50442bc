#pragma once

#include "checks/facts.h"

#include <optional>
#include <string>
#include <vector>

namespace harden {

struct Kernels {
    std::string running;                // "6.1.0-38-amd64"
    std::string running_package;        // its package's version where the kernel tells: "6.1.147-1"
    std::vector<std::string> installed; // in /boot
};
Result<Kernels> kernels(const Facts& facts); // for Facts::once

// The newest one installed of the running kernel's flavour ("amd64", "cloud-amd64").
std::optional<std::string> newest_installed(const Kernels& kernels);

// A program that the kernel starts on the host by itself, and what told so.
struct KernelProgram {
    std::string setting; // "kernel.core_pattern"
    std::string program; // a path
};
// For Facts::once: core_pattern, modprobe, uevent_helper and the release agents of control groups.
Result<std::vector<KernelProgram>> kernel_programs(const Facts& facts);

// A default route over IPv6, and whether the kernel learned it from a router's advertisement.
struct Route6 {
    std::string interface;
    bool is_learned = false;
};
std::vector<Route6> default_routes6(std::string_view ipv6_route);

}
