#include "support/private_network.h"

#include "support/catch.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sched.h>

namespace harden::test {

bool enter_private_network()
{
    if (unshare(CLONE_NEWNET) != 0) {
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
