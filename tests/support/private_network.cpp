#include "support/private_network.h"

#include "support/catch.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

namespace harden::test {

// On a clean machine of the lab the kernel's settings of the network are read-only, because a
// network that is shared has them as well. This one is not shared.
static bool open_settings()
{
    constexpr auto settings = "/proc/sys/net";
    struct statvfs found {};
    if (statvfs(settings, &found) != 0 || (found.f_flag & ST_RDONLY) == 0)
        return true;
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount(nullptr, settings, nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0;
}

bool enter_private_network()
{
    if (unshare(CLONE_NEWNET) != 0 || !open_settings()) {
        std::puts("SKIPPED: a network namespace needs root");
        return false;
    }
    // the machine's own lock is not ours to take
    setenv("XTABLES_LOCKFILE", "/tmp/harden-test-xtables.lock", 1);
    return true;
}

std::string shell(const std::string& line)
{
    FILE* pipe = popen((line + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> buffer{};
    while (const auto size = fread(buffer.data(), 1, buffer.size(), pipe))
        output.append(buffer.data(), size);
    const int status = pclose(pipe);
    INFO(line);
    INFO(output);
    REQUIRE(status == 0);
    return output;
}

}
