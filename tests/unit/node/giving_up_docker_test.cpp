#include "node/giving_up_docker.h"
#include "support/catch.hpp"
#include "support/fake_docker.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("a Docker that let one question time out is asked no more")
{
    FakeDocker real;
    int asked = 0;
    real.on_run = [&](const RunOnce&) -> Result<RunOutcome> {
        ++asked;
        return Error{ErrorKind::TimedOut, "too slow", {}};
    };
    GivingUpDocker docker{real};
    CHECK(docker.import_image("slow", "tar"));
    CHECK(docker.run_once({.image = "slow"}).error().message == "too slow");
    CHECK(docker.run_once({.image = "slow"}).error().message == "too slow");
    CHECK(docker.info().error().kind == ErrorKind::TimedOut);
    CHECK(docker.containers().error().kind == ErrorKind::TimedOut);
    CHECK(asked == 1);
}

TEST_CASE("any other failure is no reason to give up")
{
    FakeDocker real;
    GivingUpDocker docker{real};
    CHECK(docker.inspect("gone").is_absent());
    real.running = false;
    CHECK_FALSE(docker.networks());
    real.running = true;
    CHECK(docker.networks());
}
