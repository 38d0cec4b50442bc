#include "dockerfile/compose.h"
#include "dockerfile/request_limits.h"
#include "dockerfile/run_line.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;
using Ids = std::vector<std::string>;

static LimitRules rules_with(const std::string& site_tiers_text = {})
{
    FakeHost host;
    if (!site_tiers_text.empty())
        host.with_file(site_tiers, site_tiers_text);
    auto rules = limit_rules_of(host);
    REQUIRE(rules);
    return *std::move(rules);
}

static std::vector<ScanFinding> judged(const std::string& line, const LimitRules& rules)
{
    const auto read = parse_run_line(line);
    INFO(line);
    REQUIRE(read.problems.empty());
    return judge_limits(read.request, line, rules);
}

static Ids ids(const std::vector<ScanFinding>& findings)
{
    Ids all;
    for (const auto& finding : findings)
        all.push_back(
            cat(finding.rule.substr(7), finding.verdict == ScanVerdict::Reject ? "" : "?"));
    return all;
}

static const std::string good = "docker run --memory=512m --memory-swap=512m --cpus=0.5 "
                                "--pids-limit=256 --cap-drop=ALL --security-opt=no-new-privileges "
                                "--read-only --tmpfs=/tmp:size=512m,mode=1777 ";

TEST_CASE("the line of the document is clean, and a bare one lacks every limit")
{
    const auto rules = rules_with();
    CHECK(ids(judged(good + "alpine", rules)) == Ids{});
    CHECK(ids(judged("docker run alpine", rules)) == Ids{"memory", "memory-swap", "cpus", "pids",
                                                         "read-only", "cap-drop",
                                                         "no-new-privileges"});
}

TEST_CASE("what is printed for a tier is clean when it is judged")
{
    const auto rules = rules_with();
    for (const auto* tier : {"free", "basic", "pro"}) {
        const auto args = run_args_for(rules.tiers, tier);
        REQUIRE(args);
        INFO(*args);
        CHECK(ids(judged(cat("docker run ", *args, " alpine"), rules)) == Ids{});
        const auto narrow = limit_rules_for(rules, tier);
        REQUIRE(narrow);
        CHECK(ids(judged(cat("docker run ", *args, " alpine"), *narrow)) == Ids{});
    }
    CHECK(*run_args_for(rules.tiers, "basic") ==
          "--memory=512m --memory-swap=512m --cpus=0.5 --pids-limit=256 --cap-drop=ALL "
          "--security-opt=no-new-privileges --read-only --tmpfs=/tmp:size=1g,mode=1777");
}

TEST_CASE("a tier that counts by its label alone is printed with the label, or not at all")
{
    const auto refused = run_args_for(rules_with().tiers, "custom");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().hint.find("label = ") != std::string::npos);
    const auto rules = rules_with("version = 1\nlabel = \"harden.tier\"\n");
    const auto args = run_args_for(rules.tiers, "custom");
    REQUIRE(args);
    CHECK(args->ends_with(" --label=harden.tier=custom"));
    CHECK(ids(judged(cat("docker run ", *args, " alpine"), rules)) == Ids{});
    CHECK(run_args_for(rules.tiers, "baisc").error().hint == "did you mean basic?");
}

namespace {

struct Row {
    std::string options;
    Ids ids;
};

}

TEST_CASE("each option that opens a container is found, and only it")
{
    const auto rules = rules_with();
    for (const auto& row : std::vector<Row>{
             {"--memory=3g --memory-swap=3g", {"memory"}},
             {"--memory=0 --memory-swap=0", {"memory", "memory-swap"}},
             {"--memory=lots", {"memory"}},
             {"--memory-swap=1g", {"memory-swap"}},
             {"--memory-swap=-1", {"memory-swap"}},
             {"--memory=512MiB --memory-swap=536870912", {}},
             {"--cpus=3", {"cpus"}},
             {"--cpus=0", {"cpus"}},
             {"--pids-limit=-1", {"pids"}},
             {"--pids-limit=300", {"pids"}},
             {"--memory=1g --memory-swap=1g --cpus=0.25", {}},
             {"--read-only=false", {"read-only"}},
             {"--tmpfs=/run", {"tmpfs"}},
             {"--tmpfs=/run:size=50%", {"tmpfs"}},
             {"--tmpfs=/run:size=64m,exec", {"tmpfs"}},
             {"--tmpfs=/run:size=64m,suid", {"tmpfs"}},
             {"--tmpfs=/run:size=9g", {"tmpfs"}},
             {"--mount=type=tmpfs,target=/run,tmpfs-size=64m", {}},
             {"--cap-add=SYS_ADMIN", {"cap-add"}},
             {"--cap-add=CAP_sys_admin", {"cap-add"}},
             {"--cap-add=all", {"cap-add"}},
             {"--cap-add=CHOWN", {"cap-add"}},
             {"--cap-add=NET_BIND_SERVICE", {}},
             {"--security-opt=seccomp=unconfined", {"security-opt"}},
             {"--security-opt=apparmor:unconfined", {"security-opt"}},
             {"--security-opt=systempaths=unconfined", {"security-opt"}},
             {"--security-opt=label=disable", {"security-opt"}},
             {"--security-opt=seccomp=/x.json", {"security-opt?"}},
             {"--security-opt=no-new-privileges:false", {"no-new-privileges"}},
             {"--privileged", {"privileged"}},
             {"--privileged=false", {}},
             {"--user=root", {"user?"}},
             {"--user=0:1000", {"user?"}},
             {"--user=1000", {}},
             {"--oom-kill-disable", {"oom?"}},
             {"--oom-score-adj=-500", {"oom?"}},
             {"-v /var/run/docker.sock:/s:ro", {"engine-socket"}},
             {"-v /run:/host:ro", {"engine-socket", "host-path"}},
             {"-v /:/host:ro", {"engine-socket", "host-path"}},
             {"-v //var//run/../run/docker.sock:/s", {"engine-socket"}},
             {"-v $SOCKET:/var/run/docker.sock", {"engine-socket", "host-path?"}},
             {"--use-api-socket", {"engine-socket"}},
             {"-v /etc:/x:ro", {"host-path"}},
             {"-v /etc/localtime:/etc/localtime:ro", {}},
             {"-v /etc/localtime:/etc/localtime", {"host-path"}},
             {"-v ~/.ssh:/x:ro", {"host-path"}},
             {"-v /srv/x:/x", {"volume?"}},
             {"-v /srv/x:/x:ro", {}},
             {"-v $PWD/x:/x", {"volume?"}},
             {"-v ../../x:/x:ro", {"host-path?"}},
             {"-v $WHERE:/x:ro", {"host-path?"}},
             {"-v data:/x", {"volume?"}},
             {"-v data:/x:ro", {}},
             {"-v /srv/x:/x:ro,rshared", {"propagation?"}},
             {"--volumes-from=other", {"volume?"}},
             {"--network=host", {"namespace"}},
             {"--net host", {"namespace"}},
             {"--pid=host", {"namespace"}},
             {"--ipc=host", {"namespace"}},
             {"--uts=host", {"namespace"}},
             {"--userns=host", {"namespace"}},
             {"--cgroupns=host", {"namespace"}},
             {"--pid=container:other", {"namespace?"}},
             {"--network=mine", {}},
             {"--device=/dev/kvm", {"device"}},
             {"--gpus=all", {"device"}},
             {"--device-cgroup-rule='c 10:200 rwm'", {"device"}},
             {"-p 8080:80", {"port?"}},
             {"-p 80:80", {}},
             {"-p 127.0.0.1:8080:80", {}},
             {"-p 0.0.0.0:8080:80", {"port?"}},
             {"-p [::]:8080:80", {"port?"}},
             {"-p [::1]:8080:80", {}},
             {"-p 80", {"port?"}},
             {"--runtime=runc", {"runtime?"}},
             {"--runtime=runsc", {}},
             {"--cgroup-parent=/x", {"cgroup-parent?"}},
             {"--annotation=dev.gvisor.flag.debug=1", {"annotation?"}},
         }) {
        INFO(row.options);
        CHECK(ids(judged(cat(good, row.options, " alpine"), rules)) == row.ids);
    }
}

TEST_CASE("limits that fit no one tier together are told")
{
    CHECK(ids(judged(
              "docker run --memory=1g --memory-swap=1g --cpus=1 --pids-limit=256 "
              "--cap-drop=ALL --security-opt=no-new-privileges --read-only alpine",
              rules_with("version = 1\n[tiers.pro]\ncpus = 0.9\n[tiers.basic]\ncpus = 1.0\n"))) ==
          Ids{"memory"});
}

TEST_CASE("a label puts into its tier where labels count")
{
    const auto rules = rules_with("version = 1\nlabel = \"tier\"\n");
    CHECK(ids(judged(good + "--label tier=free alpine", rules)) == Ids{"memory", "cpus"});
    CHECK(ids(judged(good + "--label tier=none alpine", rules)) ==
          Ids{"memory", "cpus", "pids", "tmpfs"});
}

TEST_CASE("findings have the place, what stands there, and the option that mends it")
{
    const std::string line = "docker run \\\n  --memory=9g alpine";
    const auto findings = judged(line, rules_with());
    const auto found = std::ranges::find(findings, "limits.memory", &ScanFinding::rule);
    REQUIRE(found != findings.end());
    CHECK(found->category == "limits");
    CHECK(found->place.line == 2);
    CHECK(found->place.column == 12);
    CHECK(found->text == "9g");
    CHECK(found->message == "memory: 9 GiB is more than any tier has");
    CHECK(found->remedy == "write --memory=1g");
    const auto pids = std::ranges::find(findings, "limits.pids", &ScanFinding::rule);
    CHECK(pids->place.line == 1);
    CHECK(pids->remedy == "write --pids-limit=256");
}

TEST_CASE("a service is judged as a line is, and told its own keys")
{
    const std::string source = "services:\n"
                               "  web:\n"
                               "    image: x\n"
                               "    mem_limit: 512m\n"
                               "    privileged: yes\n";
    const auto file = parse_compose(source, {});
    REQUIRE(file.services.size() == 1);
    const auto findings = judge_limits(file.services[0], source, rules_with());
    CHECK(ids(findings) == Ids{"memory-swap", "cpus", "pids", "read-only", "cap-drop",
                               "no-new-privileges", "privileged"});
    CHECK(findings[0].remedy == "write memswap_limit: 512m");
    CHECK(findings[0].place.line == 2);
    CHECK(findings[6].place.line == 5);
    CHECK(findings[6].remedy == "leave out privileged: true");
}
