#include "usage/schedule.h"

namespace harden {

Result<bool> cron_runs(const Host& host)
{
    const auto directory = host.status("/etc/cron.d");
    if (directory.is_absent())
        return false;
    if (!directory)
        return directory.error();
    const auto names = TRY(host.list("/proc"));
    for (const auto& name : names) {
        const auto command = to_number(name) ? host.read(Path{"/proc"} / name / "comm") : Error{};
        if (command && (trim(*command) == "cron" || trim(*command) == "crond"))
            return true;
    }
    return false;
}

}
