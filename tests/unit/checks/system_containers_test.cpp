#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static Container running(const std::string& name)
{
    return {.id = std::string(64, 'a'), .name = name, .state = "running"};
}

TEST_CASE("Coolify's containers are not applicable where there is no Coolify")
{
    FakeNode fake;
    fake.docker.listed = {running("web"), running("my-coolify")};
    CHECK(verdict_of("system.proxy", fake.node) == Verdict::NotApplicable);
    CHECK(verdict_of("system.coolify", fake.node) == Verdict::NotApplicable);
}

TEST_CASE("where there is Coolify its proxy and its services shall run")
{
    FakeNode fake;
    fake.docker.listed = {running("coolify-proxy")};
    CHECK(ask("system.proxy", fake.node).evidence == "coolify-proxy");
    CHECK(verdict_of("system.coolify", fake.node) == Verdict::Fail);
    fake.docker.listed = {running("traefik"), running("coolify-sentinel")};
    CHECK(verdict_of("system.proxy", fake.node) == Verdict::Pass);
    CHECK(verdict_of("system.coolify", fake.node) == Verdict::Pass);
    fake.docker.listed[0].state = "paused";
    CHECK(verdict_of("system.proxy", fake.node) == Verdict::Fail);
}

TEST_CASE("a Coolify whose containers are all down is still one")
{
    FakeNode fake;
    fake.host.with_file("/data/coolify", "");
    CHECK(verdict_of("system.proxy", fake.node) == Verdict::Fail);
    fake.docker.running = false;
    CHECK(verdict_of("system.proxy", fake.node) == Verdict::Unknown);
}
