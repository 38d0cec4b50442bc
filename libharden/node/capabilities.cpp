#include "node/capabilities.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace harden {

// In the order of their bits.
static constexpr std::array<std::string_view, 41> names{"CHOWN",
                                                        "DAC_OVERRIDE",
                                                        "DAC_READ_SEARCH",
                                                        "FOWNER",
                                                        "FSETID",
                                                        "KILL",
                                                        "SETGID",
                                                        "SETUID",
                                                        "SETPCAP",
                                                        "LINUX_IMMUTABLE",
                                                        "NET_BIND_SERVICE",
                                                        "NET_BROADCAST",
                                                        "NET_ADMIN",
                                                        "NET_RAW",
                                                        "IPC_LOCK",
                                                        "IPC_OWNER",
                                                        "SYS_MODULE",
                                                        "SYS_RAWIO",
                                                        "SYS_CHROOT",
                                                        "SYS_PTRACE",
                                                        "SYS_PACCT",
                                                        "SYS_ADMIN",
                                                        "SYS_BOOT",
                                                        "SYS_NICE",
                                                        "SYS_RESOURCE",
                                                        "SYS_TIME",
                                                        "SYS_TTY_CONFIG",
                                                        "MKNOD",
                                                        "LEASE",
                                                        "AUDIT_WRITE",
                                                        "AUDIT_CONTROL",
                                                        "SETFCAP",
                                                        "MAC_OVERRIDE",
                                                        "MAC_ADMIN",
                                                        "SYSLOG",
                                                        "WAKE_ALARM",
                                                        "BLOCK_SUSPEND",
                                                        "AUDIT_READ",
                                                        "PERFMON",
                                                        "BPF",
                                                        "CHECKPOINT_RESTORE"};

std::string_view bare_capability(std::string_view name)
{
    constexpr std::string_view prefix = "CAP_";
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::optional<std::uint64_t> capability_bit(std::string_view name)
{
    const auto* found = std::ranges::find(names, bare_capability(name));
    if (found == names.end())
        return std::nullopt;
    return std::uint64_t{1} << static_cast<unsigned>(found - names.begin());
}

std::uint64_t capability_bits(const std::vector<std::string>& wanted)
{
    std::uint64_t bits = 0;
    for (const auto& name : wanted)
        bits |= capability_bit(name).value_or(0);
    return bits;
}

std::vector<std::string> capability_names(std::uint64_t bits)
{
    std::vector<std::string> found;
    for (std::size_t i = 0; i < 64; ++i)
        if ((bits >> i & 1U) != 0)
            found.push_back(i < names.size() ? std::string{names.at(i)}
                                             : cat("capability ", std::to_string(i)));
    return found;
}

}
