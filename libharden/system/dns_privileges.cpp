#include "system/dns_privileges.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace harden {

static constexpr uid_t nobody = 65534;

static Error failed(std::string_view action)
{
    return {errno == EPERM ? ErrorKind::Denied : ErrorKind::Failed,
            cat(action, ": ", std::strerror(errno)), errno == EPERM ? "run as root" : ""};
}

static Result<> drop_bounding_set()
{
    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
        if (capability != CAP_NET_ADMIN && prctl(PR_CAPBSET_DROP, capability) != 0)
            return failed("drop capabilities");
    return done;
}

Result<> keep_network_administration_only()
{
    TRY(drop_bounding_set());
    if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setgroups(0, nullptr) != 0 ||
        setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0)
        return failed("become nobody");
    constexpr std::uint32_t only = 1U << CAP_NET_ADMIN;
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> wanted{{{.effective = only, .permitted = only}, {}}};
    if (syscall(SYS_capset, &header, wanted.data()) != 0)
        return failed("drop capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("forbid new privileges");
    return done;
}

}
