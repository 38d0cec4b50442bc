#include "egress/docker_state.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static MayAskDocker asked(const std::string& socket, const std::string& service)
{
    FakeHost host;
    host.answering({"systemctl", "show", "--property=ActiveState", "--value", "docker.socket",
                    "docker.service"},
                   {.out = cat(socket, "\n\n", service, "\n")});
    return may_ask_docker(host);
}

TEST_CASE("a Docker that runs is asked, one that a question would start is not")
{
    CHECK(asked("active", "active") == MayAskDocker::Yes);
    CHECK(asked("active", "reloading") == MayAskDocker::Yes);
    CHECK(asked("active", "activating") == MayAskDocker::NotYet);
    CHECK(asked("active", "deactivating") == MayAskDocker::No);
    CHECK(asked("active", "inactive") == MayAskDocker::No);
    CHECK(asked("active", "failed") == MayAskDocker::No);
}

TEST_CASE("where nobody listens for it, a question starts nothing")
{
    CHECK(asked("inactive", "inactive") == MayAskDocker::Yes);
    CHECK(asked("inactive", "active") == MayAskDocker::Yes);
    CHECK(may_ask_docker(FakeHost{}) == MayAskDocker::Yes);
}
