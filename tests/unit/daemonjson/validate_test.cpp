#include "base/shipped.h"
#include "daemonjson/validate.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeHost;

static const KeyTable& table()
{
    static const KeyTable shipped_table =
        *key_table(*parse_toml(shipped("daemonjson/keys.toml"), "daemonjson/keys.toml"));
    return shipped_table;
}

static std::vector<JsonComplaint>
complaints(std::string_view text, std::string_view version = "28.5", const FakeHost* host = nullptr)
{
    DaemonFacts facts{.version = docker_version(version), .host = host};
    return validate(text, table(), facts).complaints;
}

// "LINE:COLUMN id", as one line a complaint.
static std::string short_form(std::string_view text, const std::vector<JsonComplaint>& all)
{
    std::string lines;
    for (const auto& one : all) {
        const auto place = place_of(text, one.where.begin);
        lines += cat(lines.empty() ? "" : "; ", std::to_string(place.line), ":",
                     std::to_string(place.column), " ", one.id);
    }
    return lines;
}

struct Case {
    std::string_view text;
    std::string_view expected; // empty: valid
};

static void check_all(std::initializer_list<Case> cases, std::string_view version = "28.5")
{
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        CHECK(short_form(text, complaints(text, version)) == expected);
    }
}

TEST_CASE("a daemon.json that dockerd takes is valid")
{
    check_all({
        {"{}", ""},
        {" {\n}\n", ""},
        {R"({"live-restore": true, "log-level": "INFO"})", ""},
        {R"({"runtimes": {"runsc": {"path": "runsc"}}, "default-runtime": "runsc"})", ""},
        {R"({"default-runtime": "io.containerd.runsc.v1"})", ""},
        {R"({"runtimes": {"r": {"runtimeType": "io.containerd.runsc.v1", "options": {}}}})", ""},
        {R"({"log-driver": "vendor/plugin:1", "log-opts": {"its-own": "x"}})", ""},
        {R"({"log-driver": "local", "log-opts": {"max-size": "1.5g", "compress": "true"}})", ""},
        {R"({"default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": -1}}})", ""},
        {R"({"default-address-pools": [{"base": "10.1.0.0/16", "size": 24}]})", ""},
        {R"({"hosts": ["unix:///run/docker.sock", "fd://"]})", ""},
        {R"({"bip": "172.26.0.1/16", "fixed-cidr-v6": "2001:db8::/64"})", ""},
        {R"({"registry-mirrors": ["https://mirror.example/"]})", ""},
        {R"({"default-shm-size": "64m", "mtu": 1450, "dns": ["1.1.1.1", "::1"]})", ""},
        {R"({"features": {"containerd-snapshotter": true}})", ""},
        {R"({"builder": {"gc": {"enabled": true}}})", ""},
        {R"({"tlsverify": true, "hosts": ["tcp://0.0.0.0:2376"]})", ""},
    });
}

TEST_CASE("what is no JSON is shown where it goes wrong")
{
    check_all({
        {"", "1:1 json.empty"},
        {"  \n", "1:1 json.empty"},
        {"{\n  \"debug\": true,\n}\n", "2:16 json.syntax"},
        {"{\n  // why\n  \"debug\": true\n}", "2:3 json.syntax"},
        {"{\"debug\": true # on\n}", "1:16 json.syntax"},
        {"{\"debug\": true\n \"icc\": false}", "2:2 json.syntax"},
        {"{\"debug\": True}", "1:11 json.syntax"},
        {"{debug: true}", "1:2 json.syntax"},
        {"{'debug': true}", "1:2 json.syntax"},
        {"{\"debug: true}", "1:2 json.syntax"},
        {"{\"group\": \"a\\q\"}", "1:14 json.syntax"},
        {"{\"debug\": true", "1:15 json.syntax"},
        {"{\"debug\": true}}", "1:16 json.syntax"},
        {"{\"dns\": [\"1.1.1.1\",]}", "1:19 json.syntax"},
        {"[]", "1:1 value.type"},
        {"\"text\"", "1:1 value.type"},
    });
}

TEST_CASE("the usual slips in JSON are called by their names")
{
    const auto says = [](std::string_view text) { return complaints(text).front().message; };
    CHECK(says("{\"a\": 1,}") == "a comma before the closing }");
    CHECK(says("{\"a\": 1 \"b\": 2}") == "a comma or a colon is missing before this");
    CHECK(says("{/* why */}") == "JSON has no comments");
    CHECK(says("{'a': 1}") == "strings stand in double quotes");
    CHECK(says("{\"a\": 1") == "the file ends before the JSON does");
    CHECK(says("{\"a\": TRUE}") == "\"TRUE\" is not JSON");
}

TEST_CASE("a document that nests without end is refused, not followed")
{
    const std::string deep(5000, '[');
    CHECK(complaints(deep).front().message == "nested more than 32 deep");
    CHECK(complaints(std::string(2 << 20, '1')).front().message == "the file is larger than 1 MiB");
}

TEST_CASE("unknown keys are errors that name the key that was meant")
{
    const auto hint = [](std::string_view text) { return complaints(text).front().hint; };
    check_all({
        {R"({"live-restor": true})", "1:2 key.unknown"},
        {R"({"Live-Restore": true})", "1:2 key.unknown"},
        {R"({"hardening": {"live-restore": true, "icc": false}})", "1:2 key.unknown"},
        {R"({"defalt-ulimits": {}})", "1:2 key.unknown"},
        {R"({"log-opt": {"max-size": "10m"}})", "1:2 key.unknown"},
        {R"({"debug": true, "debug": false})", "1:17 key.duplicate"},
        {R"({"log-opts": {"tag": "a", "tag": "b"}})", "1:27 key.duplicate"},
        {R"({"live-restore": null})", "1:18 value.null"},
        {R"({"containerd-plugin-namespace": "x"})", "1:2 key.rejected"},
        {R"({"containerd-plugins-namespace": "x"})", "1:2 key.rejected"},
        {R"({"resolv-conf": "/etc/resolv.conf"})", "1:2 key.rejected"},
        {R"({"proxies": {"http_proxy": "http://p"}})", "1:14 key.unknown"},
    });
    CHECK(hint(R"({"live-restor": true})") == "did you mean \"live-restore\"");
    CHECK(hint(R"({"Live-Restore": true})") == "keys are lower case: write \"live-restore\"");
    CHECK(hint(R"({"log-opt": {}})") == "that is the name of the flag: the key is \"log-opts\"");
    CHECK(hint(R"({"hardening": {"icc": false}})") ==
          "keys have no effect inside an object: move \"icc\" to the top");
}

TEST_CASE("a value of the wrong type says what to write")
{
    check_all({
        {R"({"live-restore": "true"})", "1:18 value.type"},
        {R"({"mtu": "1500"})", "1:9 value.type"},
        {R"({"mtu": 1500.5})", "1:9 value.type"},
        {R"({"mtu": -1})", "1:9 value.range"},
        {R"({"dns": "1.1.1.1"})", "1:9 value.type"},
        {R"({"dns": ["1.1.1.256"]})", "1:10 value.address"},
        {R"({"labels": [1]})", "1:13 value.type"},
        {R"({"log-driver": ["json-file"]})", "1:16 value.type"},
        {R"({"log-format": "xml"})", "1:16 value.choice"},
        {R"({"default-ipc-mode": "host"})", "1:22 value.choice"},
        {R"({"bip": "172.26.0.1"})", "1:9 value.network"},
        {R"({"bip": "fd00::1/64"})", "1:9 value.family"},
        {R"({"fixed-cidr": "172.26.0.0/33"})", "1:16 value.network"},
        {R"({"default-shm-size": "lots"})", "1:22 value.size"},
        {R"({"default-shm-size": 64})", "1:22 value.type"},
    });
    CHECK(complaints(R"({"live-restore": "true"})").front().hint == "write true without quotes");
    CHECK(complaints(R"({"log-opts": {"max-file": 3}})").front().hint == "write \"3\"");
}

TEST_CASE("keys are judged for the version of Docker")
{
    check_all({{R"({"firewall-backend": "nftables"})", "1:2 key.too-new"},
               {R"({"bip6": "fd00::1/64"})", "1:2 key.too-new"},
               {R"({"log-format": "json"})", "1:2 key.too-new"},
               {R"({"storage-driver": "devicemapper"})", ""},
               {R"({"ip6tables": true})", "1:2 keys.conflict"},
               {R"({"ip6tables": true, "experimental": true})", ""}},
              "20.10.24+dfsg1");
    check_all({{R"({"storage-driver": "devicemapper"})", "1:20 storage-driver.unknown"},
               {R"({"storage-driver": "overlay3"})", "1:20 storage-driver.unknown"},
               {R"({"oom-score-adjust": -500})", "1:2 key.removed"},
               {R"({"api-cors-header": "*"})", "1:2 key.removed"},
               {R"({"ip6tables": true})", ""}},
              "28.5.2");
    CHECK(complaints(R"({"deprecated-key-path": "/x"})", "28.5").front().weight == Weight::Warning);
}

TEST_CASE("runtimes that stop dockerd are errors, although its own validation accepts them")
{
    check_all({
        {R"({"runtimes": {"runc": {"path": "runc"}}})", "1:15 runtimes.reserved"},
        {R"({"default-runtime": "runsc"})", "1:21 runtimes.default"},
        {R"({"runtimes": {"runsc": {"path": "runsc", "runtimeType": "a.b"}}})",
         "1:15 runtimes.combination"},
        {R"({"runtimes": {"runsc": {"path": "runsc", "options": {}}}})",
         "1:15 runtimes.combination"},
        {R"({"runtimes": {"runsc": {"runtimeType": "a.b", "runtimeArgs": []}}})",
         "1:15 runtimes.combination"},
        {R"({"runtimes": {"runsc": {}}})", "1:15 runtimes.combination"},
        {R"({"runtimes": {"runsc": {"path": "runsc", "args": []}}})", "1:42 key.unknown"},
        {R"({"runtimes": {"runsc": {"path": "runsc", "runtimeArgs": ["--x=$HOME"]
    }}})",
         "1:58 runtimes.arguments"},
    });
    CHECK(complaints(R"({"runtimes": {"runsc": {"path": "runsc"}}, "default-runtime": "runscc"})")
              .front()
              .hint == "did you mean \"runsc\"");
}

TEST_CASE("a runtime's path is looked up on the host, through links")
{
    constexpr auto text = R"({"runtimes": {"runsc": {"path": "/usr/lib/gvisor/current/runsc"}}})";
    FakeHost host;
    CHECK(short_form(text, complaints(text, "28.5", &host)) == "1:33 runtimes.path");
    host.with_link("/usr/lib/gvisor/current", "release-1");
    host.with_file("/usr/lib/gvisor/release-1/runsc", "ELF", 0644);
    CHECK(short_form(text, complaints(text, "28.5", &host)) == "1:33 runtimes.path");
    host.with_file("/usr/lib/gvisor/release-1/runsc", "ELF", 0755);
    CHECK(short_form(text, complaints(text, "28.5", &host)).empty());
}

TEST_CASE("log drivers and their options")
{
    check_all({
        {R"({"log-driver": "json-fil"})", "1:16 log-driver.unknown"},
        {R"({"log-opts": {"max-siz": "10m"}})", "1:15 log-opts.unknown"},
        {R"({"log-opts": {"max-size": "0"}})", "1:27 log-opts.value"},
        {R"({"log-opts": {"max-size": "1m", "max-file": "0"}})", "1:45 log-opts.value"},
        {R"({"log-opts": {"compress": "true"}})", "1:27 log-opts.compress"},
        {R"({"log-opts": {"max-buffer-size": "4m"}})", "1:34 log-opts.buffer"},
        {R"({"log-opts": {"mode": "fast"}})", "1:23 log-opts.value"},
        {R"({"log-driver": "journald", "log-opts": {"max-size": "10m"}})", "1:41 log-opts.unknown"},
        {R"({"log-driver": "awslogs"})", "1:16 log-opts.missing"},
        {R"({"log-driver": "logentries"})", "1:16 log-driver.removed"},
    });
}

TEST_CASE("limits that no container could start with")
{
    check_all({
        {R"({"default-ulimits": {"nofile": {"Name": "nofile", "Soft": 20, "Hard": 10}}})",
         "1:59 ulimits.soft"},
        {R"({"default-ulimits": {"nofile": {"Name": "nofile", "Soft": -1, "Hard": 10}}})",
         "1:59 ulimits.soft"},
        {R"({"default-ulimits": {"nofile": {"Soft": 1, "Hard": 10}}})", "1:22 ulimits.fields"},
        {R"({"default-ulimits": {"x": {"Name": "nofiles", "Soft": 1, "Hard": 10}}})",
         "1:36 ulimits.name"},
    });
}

TEST_CASE("ways in that are open to everyone")
{
    check_all({
        {R"({"hosts": ["tcp://0.0.0.0:2375"]})", "1:12 hosts.open"},
        {R"({"hosts": ["0.0.0.0:2375"]})", "1:12 hosts.open"},
        {R"({"hosts": ["docker.sock"]})", "1:12 hosts.scheme"},
        {R"({"tlsverify": false})", "1:15 tls.unverified"},
        {R"({"metrics-addr": "0.0.0.0:9323"})", "1:18 metrics.public"},
        {R"({"metrics-addr": "9323"})", "1:18 metrics.address"},
        {R"({"registry-mirrors": ["mirror.example"]})", "1:23 mirrors.url"},
        {R"({"registry-mirrors": ["https://m.example/?v2"]})", "1:23 mirrors.url"},
        {R"({"proxies": {"http-proxy": "http://me:secret@p.example"}})",
         "1:28 proxies.credentials"},
    });
}

TEST_CASE("keys that exclude each other")
{
    check_all({
        {R"({"icc": false, "iptables": false})", "1:2 keys.conflict"},
        {R"({"bridge": "br0", "bip": "10.0.0.1/24"})", "1:2 keys.conflict"},
        {R"({"exec-opts": ["native.cgroupdriver=systemd"], "cgroup-parent": "/tenants"})",
         "1:65 cgroup-parent.slice"},
        {R"({"exec-opts": ["native.cgroupdriver=x"]})", "1:16 exec-opts.value"},
        {R"({"labels": ["a=1", "a=2"]})", "1:20 labels.conflict"},
        {R"({"default-address-pools": [{"base": "10.1.0.0/16", "size": 8}]})", "1:60 pools.size"},
        {R"({"default-address-pools": [{"base": "10.1.0.0", "size": 24}]})", "1:37 pools.base"},
        {R"({"default-address-pools": [{"size": 24}]})", "1:28 pools.fields"},
    });
}

TEST_CASE("the file is judged with dockerd's flags and the state of the node")
{
    DaemonFacts facts{.version = docker_version("28.5"),
                      .flags = {"-H", "fd://", "--log-driver=local"},
                      .swarm_active = true};
    const auto judged = [&](std::string_view text) {
        return short_form(text, validate(text, table(), facts).complaints);
    };
    CHECK(judged(R"({"hosts": ["unix:///run/docker.sock"]})") == "1:2 flags.twice");
    CHECK(judged(R"({"log-driver": "json-file"})") == "1:2 flags.twice");
    CHECK(judged(R"({"live-restore": true})") == "1:18 swarm.live-restore");
    FakeHost host;
    facts.host = &host;
    CHECK(judged(R"({"seccomp-profile": "/etc/docker/seccomp.json"})") == "1:21 files.missing");
    host.with_file("/etc/docker/seccomp.json", "{}");
    CHECK(judged(R"({"seccomp-profile": "/etc/docker/seccomp.json"})").empty());
}

TEST_CASE("the shipped documents are valid on every version from 20.10 on")
{
    for (const auto* version : {"20.10", "23.0", "24.0", "25.0", "26.1", "27.5", "28.5", "29.7"})
        for (const auto* name : {"daemonjson/baseline.json", "daemonjson/production.json"}) {
            CAPTURE(version, name);
            CHECK(complaints(shipped(name), version).empty());
        }
}

TEST_CASE("a complaint is printed as compilers do")
{
    const std::string_view text = "{\n\t\"live-restor\": true\n}\n";
    CHECK(show(complaints(text).front(), "daemon.json", text) ==
          "daemon.json:2:2: error: unknown key \"live-restor\": dockerd does not start "
          "[key.unknown]\n"
          "  2 |  \"live-restor\": true\n"
          "    |  ^~~~~~~~~~~~~\n"
          "hint: did you mean \"live-restore\"\n");
}

TEST_CASE("columns count characters, and what could drive a terminal is escaped")
{
    const std::string_view text = "{\"gröup\": \"\xc3\xa9\", \"a\x1b[2J\": 1}";
    const auto all = complaints(text);
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == "json.syntax"); // a raw control character is no JSON
    CHECK(show(all[0], "f", text).find('\x1b') == std::string::npos);
}
