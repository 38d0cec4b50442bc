#include "node/docker_json.h"
#include "support/catch.hpp"

using namespace harden;

static const std::string id(64, 'a');

TEST_CASE("a listed container has its id, own name, image, labels and networks")
{
    const auto reply = cat(R"([{"Id":")", id, R"(","Names":["/web/link","/db"],"Image":"lab",
        "ImageID":"sha256:1","State":"running","Created":1763799217,"Labels":{"a":"b"},
        "NetworkSettings":{"Networks":{"bridge":{"IPAddress":"172.17.0.2","GlobalIPv6Address":""},
        "six":{"IPAddress":"172.19.0.3","GlobalIPv6Address":"fd00::3"}}}}])");
    const auto containers = parse_containers(reply);
    REQUIRE(containers);
    REQUIRE(containers->size() == 1);
    const auto& container = containers->front();
    CHECK(container.id == id);
    CHECK(container.name == "db");
    CHECK(container.image == "lab");
    CHECK(container.state == "running");
    CHECK(container.created == 1763799217);
    CHECK(container.labels.at("a") == "b");
    CHECK(container.networks == std::vector<std::string>{"bridge", "six"});
    CHECK(container.addresses == std::vector<std::string>{"172.17.0.2", "172.19.0.3", "fd00::3"});
}

TEST_CASE("null and absent fields of a container are empty")
{
    const auto containers =
        parse_containers(cat(R"([{"Id":")", id, R"(","Names":null,"Labels":null}])"));
    REQUIRE(containers);
    CHECK(containers->front().name.empty());
    CHECK(containers->front().labels.empty());
}

TEST_CASE("replies that are not what the API says are malformed")
{
    const auto wrong =
        GENERATE(as<std::string>{}, "", "{", "{}", "null", "[1]", "[{}]", R"([{"Id":"short"}])",
                 R"([{"Id":17}])", R"([{"Id":"../../../../etc"}])");
    const auto containers = parse_containers(wrong);
    REQUIRE_FALSE(containers);
    CHECK(containers.error().kind == ErrorKind::Malformed);
}

TEST_CASE("a field of another type is named")
{
    const auto containers = parse_containers(cat(R"([{"Id":")", id, R"(","Labels":[1]}])"));
    REQUIRE_FALSE(containers);
    CHECK(containers.error().message.find("'Labels' has type array") != std::string::npos);
}

TEST_CASE("inspect adds runtime, pid, limits and start time")
{
    const auto details = parse_container_details(
        cat(R"({"Id":")", id,
            R"(","Name":"/x","Created":"2026-11-22T08:13:37.123456789Z","Image":"sha256:1",
        "State":{"Status":"running","Pid":4321,"StartedAt":"2026-11-22T08:13:38Z"},
        "Config":{"Image":"lab","Labels":{}},
        "HostConfig":{"Runtime":"runsc","CgroupParent":"","NetworkMode":"bridge","NanoCpus":250000000,
        "Memory":1048576,"Privileged":true},"NetworkSettings":{"Networks":{"lab6":{
        "NetworkID":"n","IPAddress":"172.19.0.2","GlobalIPv6Address":"fd00::2","MacAddress":"02:42:ac:13:00:02"}}}})"));
    REQUIRE(details);
    REQUIRE(details->endpoints.size() == 1);
    CHECK(details->endpoints[0].network_id == "n");
    CHECK(details->endpoints[0].address4 == "172.19.0.2");
    CHECK(details->endpoints[0].address6 == "fd00::2");
    CHECK(details->endpoints[0].hardware_address == "02:42:ac:13:00:02");
    CHECK(details->container.name == "x");
    CHECK(details->container.created == 1795335217);
    CHECK(details->runtime == "runsc");
    CHECK(details->pid == 4321);
    CHECK(details->nano_cpus == 250'000'000);
    CHECK(details->memory == 1048576);
    CHECK(details->privileged);
    CHECK(details->started_at == "2026-11-22T08:13:38Z");
}

TEST_CASE("a bridge without a name of its own is called after its network")
{
    const auto networks = parse_networks(
        cat(R"([{"Id":")", id, R"(","Name":"lab6","Driver":"bridge","EnableIPv6":true,
        "Internal":true,"IPAM":{"Config":[{"Subnet":"172.19.0.0/16","Gateway":"172.19.0.1"},
        {"Subnet":"fd00::/64","Gateway":"fd00::1/64"}]},"Options":{}}])"));
    REQUIRE(networks);
    CHECK(networks->front().bridge == "br-aaaaaaaaaaaa");
    CHECK(networks->front().ipv6);
    CHECK(networks->front().subnets == std::vector<std::string>{"172.19.0.0/16", "fd00::/64"});
    CHECK(networks->front().gateways == std::vector<std::string>{"172.19.0.1", "fd00::1"});
    CHECK(networks->front().internal);
}

TEST_CASE("the daemon's own words become its information")
{
    const auto info = parse_docker_info(
        R"({"ServerVersion":"28.5.2","DefaultRuntime":"runc","CgroupDriver":"systemd","CgroupVersion":"2",
        "DockerRootDir":"/var/lib/docker","LoggingDriver":"local","LiveRestoreEnabled":true,
        "FirewallBackend":{"Driver":"nftables"},"Swarm":{"LocalNodeState":"inactive"},
        "Runtimes":{"runc":{"path":"runc"},"runsc":{"path":"/usr/bin/runsc","status":{}},
        "shim":{"runtimeType":"io.containerd.runsc.v1"}},"SecurityOptions":["name=seccomp"],
        "Warnings":null})",
        R"({"ApiVersion":"1.51","Components":[{"Name":"runc","Version":"1.3.0"}]})");
    REQUIRE(info);
    CHECK(info->version == "28.5.2");
    CHECK(info->api_version == "1.51");
    CHECK(info->runtimes.at("runsc") == "/usr/bin/runsc");
    CHECK(info->runtimes.at("shim") == "io.containerd.runsc.v1");
    CHECK(info->firewall_backend == "nftables");
    CHECK(info->live_restore);
    CHECK_FALSE(info->swarm_active);
    CHECK(info->components.at("runc") == "1.3.0");
    CHECK_FALSE(parse_docker_info("{}", "{}"));
}

TEST_CASE("a container's request carries hostile text as text")
{
    const RunOnce wanted{.image = "lab", .command = {"sh", "-c", "echo \"hi\""}, .memory = 1 << 20};
    const auto body = container_request(wanted);
    CHECK(body.find(R"("Cmd":["sh","-c","echo \"hi\""])") != std::string::npos);
    CHECK(body.find(R"("Memory":1048576)") != std::string::npos);
    CHECK(body.find("Runtime") == std::string::npos);
}

TEST_CASE("an import that failed half way is an error although it began with 200")
{
    CHECK(parse_import_progress("{\"status\":\"sha256:1\"}\r\n"));
    const auto failed = parse_import_progress("{\"status\":\"x\"}\n{\"error\":\"no space\"}\n");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message == "docker says: no space");
}

TEST_CASE("an exit status is a number from 0 to 255")
{
    CHECK(*parse_exit_status(R"({"StatusCode":137})") == 137);
    CHECK_FALSE(parse_exit_status(R"({"StatusCode":256})"));
    CHECK_FALSE(parse_exit_status("{}"));
    CHECK_FALSE(parse_exit_status(R"({"StatusCode":0,"Error":{"Message":"gone"}})"));
}

TEST_CASE("a complaint is the daemon's message, escaped")
{
    CHECK(complaint_of(R"({"message":"no such container"})") == "no such container");
    CHECK(complaint_of("<html>") == "<html>");
    CHECK(complaint_of(R"({"message":"a\u001b[2Jb"})").find('\x1b') == std::string::npos);
}

TEST_CASE("a log's frames are joined, cut at the limit, and broken frames end it")
{
    using namespace std::string_literals;
    const auto out = "\x01\0\0\0\0\0\0\x03one"s;
    const auto err = "\x02\0\0\0\0\0\0\x03two"s;
    CHECK(demultiplexed(out + err, 100) == "onetwo");
    CHECK(demultiplexed(out + err, 4) == "onet");
    CHECK(demultiplexed(out + "\x01\0\0\0\xff\xff\xff\xffrest"s, 100) == "onerest");
    CHECK(demultiplexed("\x01\0\0"s, 100).empty());
    CHECK(demultiplexed({}, 100).empty());
}
