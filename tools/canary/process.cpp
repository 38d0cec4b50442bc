#include "canary.h"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/klog.h>
#include <sys/resource.h>
#include <unistd.h>

namespace canary {

static void tell_status(const char* status, const char* field, const char* key)
{
    char value[64] = {};
    const char* line = strstr(status, field);
    if (line != nullptr && sscanf(line + strlen(field), ":%*[ \t]%60[^\n]", value) == 1)
        tell(key, "%s", value);
}

static void tell_limit(const char* key, int resource)
{
    rlimit limit{};
    if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0)
        return;
    const auto number = [](rlim_t value) {
        return value == RLIM_INFINITY ? -1LL : static_cast<long long>(value);
    };
    tell(key, "%lld %lld", number(limit.rlim_cur), number(limit.rlim_max));
}

// gVisor's own log says so of itself.
static void tell_kernel_log()
{
    static char text[65536];
    constexpr int read_all = 3;
    const int size = klogctl(read_all, text, sizeof text - 1);
    if (size > 0)
        tell("kernel-log", "%s", strstr(text, "gVisor") != nullptr ? "gvisor" : "other");
}

void tell_process()
{
    static char status[8192];
    tell_file("kernel", "/proc/version");
    tell_file("uid-map", "/proc/self/uid_map");
    const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (read(file, status, sizeof status - 1) > 0) {
        tell_status(status, "\nNoNewPrivs", "no-new-privileges");
        tell_status(status, "\nSeccomp", "seccomp");
        tell_status(status, "\nCapEff", "capabilities");
    }
    close(file);
    tell_file("confinement", "/proc/self/attr/current");
    tell_limit("limit-files", RLIMIT_NOFILE);
    tell_limit("limit-processes", RLIMIT_NPROC);
    tell_limit("limit-core", RLIMIT_CORE);
    tell_kernel_log();
}

}
