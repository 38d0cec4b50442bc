#include "gvisor/unfit.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

using namespace harden;
using harden::test::FakeNode;

TEST_CASE("what gVisor does not give a container is told with its reason")
{
    const auto [details, reason] = GENERATE(table<ContainerDetails, std::string>({
        {{.privileged = true}, "is privileged"},
        {{.network_mode = "host"}, "is in the host's network"},
        {{.pid_mode = "host"}, "is in the host's process namespace"},
        {{.ipc_mode = "host"}, "is in the host's IPC namespace"},
        {{.network_mode = "container:abc"}, "shares a namespace with another container"},
        {{.added_capabilities = {"CAP_NET_ADMIN"}}, "adds the capability NET_ADMIN"},
        {{.added_capabilities = {"NET_RAW"}}, "adds the capability NET_RAW"},
        {{.devices = {"/dev/kvm"}}, "uses the device /dev/kvm"},
        {{.mounts = {"/var/run/docker.sock"}},
         "mounts /var/run/docker.sock: gVisor connects to no"},
        {{.mounts = {"/sys/fs/cgroup"}}, "mounts /sys/fs/cgroup"},
    }));
    CAPTURE(reason);
    const auto reasons = unfit_reasons(details);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons.front().starts_with(reason));
}

TEST_CASE("an ordinary container has no reason to stay on runc")
{
    CHECK(unfit_reasons({.network_mode = "bridge",
                         .ipc_mode = "private",
                         .added_capabilities = {"CHOWN"},
                         .devices = {"/dev/net/tun", "/dev/fuse"},
                         .mounts = {"/srv/data", "/system", "/var/lib/docker/volumes/x/_data"}})
              .empty());
}

TEST_CASE("only containers outside gVisor are named, with their names made safe")
{
    FakeNode fake;
    fake.docker.about.runtimes = {{"runc", "runc"},
                                  {"runsc", "/usr/local/lib/gvisor/current/runsc"}};
    int number = 0;
    for (const auto* runtime : {"runc", "runsc"}) {
        const auto& container = fake.docker.add(++number, cat("evil\nno changes\n", runtime));
        fake.docker.details[container.id].privileged = true;
        fake.docker.details[container.id].runtime = runtime;
    }
    const auto unfit = unfit_containers(fake.node);
    REQUIRE(unfit);
    REQUIRE(unfit->size() == 1);
    CHECK(render_text(*unfit).find("evil\\x0ano changes\\x0arunc\n") != std::string::npos);
    const auto json = with_unfit("{\"changes\": []}\n", *unfit);
    CHECK(json.find("\"unfit\": [{\"container\": \"evil\\nno changes\\nrunc\"") !=
          std::string::npos);
    CHECK(render_text(std::vector<Unfit>{}).empty());
}
