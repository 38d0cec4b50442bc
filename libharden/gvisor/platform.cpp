#include "gvisor/platform.h"

namespace harden {

static constexpr auto device = "/dev/kvm";

Result<Platform> choose_platform(const Host& host, PlatformChoice choice)
{
    if (choice == PlatformChoice::Systrap)
        return Platform{"systrap", "platform.choose says so"};
    const auto found = host.status(device);
    if (!found && !found.is_absent())
        return found.error();
    if (choice == PlatformChoice::Kvm && !found)
        return Error{ErrorKind::NotFound, cat("platform.choose is kvm, but there is no ", device),
                     "/etc/harden/gvisor.toml: choose = \"auto\""};
    if (choice == PlatformChoice::Kvm)
        return Platform{"kvm", "platform.choose says so"};
    if (!found)
        return Platform{"systrap", cat("there is no ", device)};
    const auto machine = host.query({"systemd-detect-virt", "--vm"});
    if (!machine || trim(machine->out) != "none")
        return Platform{"systrap", cat("there is ", device, ", but this is ",
                                       machine ? cat("a virtual machine (",
                                                     escaped(trim(machine->out), 40), ")")
                                               : std::string{"perhaps a virtual machine"})};
    return Platform{"kvm", cat("bare metal with ", device)};
}

std::string default_platform(std::string_view flags)
{
    constexpr std::string_view option = "-platform string";
    constexpr std::string_view mark = "(default \"";
    const auto at = flags.find(option);
    if (at == std::string_view::npos)
        return {};
    const auto line = flags.substr(at, flags.find("\n  -", at) - at);
    const auto value = line.find(mark);
    if (value == std::string_view::npos)
        return {};
    const auto rest = line.substr(value + mark.size());
    return std::string{rest.substr(0, rest.find('"'))};
}

}
