#include "checks/verify_rules.h"
#include "node/tiers.h"
#include "unit/checks/tenant.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("a tenant whose process calls itself a sandbox is in none")
{
    FakeNode fake;
    with_tenant(fake);
    sandbox_tenant(fake);
    tenant(fake).runtime = "runc";
    fake.host.with_file("/proc/500/status", status_text("000001ffffffffff", 0, 0));
    CHECK(verdict_of("gvisor.running-containers", fake.node) == Verdict::Fail);
    CHECK(verdict_of("container.dangerous-capabilities", fake.node) == Verdict::Fail);
}

TEST_CASE("without Docker no check of containers passes")
{
    FakeNode fake;
    with_tenant(fake);
    fake.docker.running = false;
    const Facts facts{fake.node};
    for (const auto& finding : run_checks(container_checks(), facts, Profile::Strict)) {
        INFO(finding.id);
        CHECK(finding.verdict == Verdict::Unknown);
    }
}

TEST_CASE("a container that cannot be looked at is unknown, one that has ended is nothing")
{
    FakeNode fake;
    with_tenant(fake);
    CHECK(fake.host.remove("/proc/500/status"));
    const auto finding = ask("container.confined", fake.node);
    CHECK(finding.verdict == Verdict::Unknown);
    CHECK(contains(finding.evidence, "app: "));
    CHECK(fake.host.remove("/proc/500"));
    CHECK(verdict_of("container.confined", fake.node) == Verdict::NotApplicable);
}

TEST_CASE("a node without containers has nothing to judge")
{
    FakeNode fake;
    with_tenant(fake);
    fake.docker.listed.clear();
    CHECK(verdict_of("container.privileged", fake.node) == Verdict::NotApplicable);
    CHECK(verdict_of("gvisor.running-containers", fake.node) == Verdict::NotApplicable);
}

TEST_CASE("names are escaped, and of many only the first are told")
{
    FakeNode fake;
    with_tenant(fake);
    for (int i = 0; i < 20; ++i) {
        auto& added = fake.docker.add(i + 1, cat("evil\n\x1b[2J<b>", std::string(65'536, 'x')));
        fake.docker.details[added.id] = tenant(fake);
        fake.docker.details[added.id].container = added;
        fake.docker.details[added.id].privileged = true;
    }
    const auto finding = ask("container.privileged", fake.node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(contains(finding.evidence, "evil\\x0a\\x1b[2J"));
    CHECK_FALSE(contains(finding.evidence, "\n"));
    CHECK(contains(finding.evidence, "and 15 more"));
    CHECK(finding.evidence.size() < 1000);
}

static const std::string with_image = "version = 1\n[containers.system.proxy]\n"
                                      "images = [\"traefik@sha256:1\"]\nnames = [\"coolify-*\"]\n";
static const std::string with_label =
    "version = 1\n[containers.system.agents]\nlabel = \"harden.trust=system\"\n";

TEST_CASE("only the operator's file exempts a container, and never by its name alone")
{
    FakeNode fake;
    with_tenant(fake);
    tenant(fake).privileged = true;
    tenant(fake).container.name = "coolify-proxy";
    tenant(fake).container.labels = {{"harden.trust", "system"}};
    const auto verdict = [&] { return verdict_of("container.privileged", fake.node); };
    CHECK(verdict() == Verdict::Fail);
    SECTION("by its image's digest and its name")
    {
        fake.host.with_file(site_verify_rules, with_image);
        CHECK(verdict() == Verdict::Fail); // another image, whatever its name
        fake.docker.known_images[0].digests = {"traefik@sha256:1"};
        const auto finding = ask("container.privileged", fake.node);
        CHECK(finding.verdict == Verdict::NotApplicable);
        CHECK(contains(finding.evidence, "1 exempt by the operator's file: coolify-proxy"));
        tenant(fake).container.name = "app"; // the same image in a tenant's hands
        CHECK(verdict() == Verdict::Fail);
    }
    SECTION("by its image's own id")
    {
        fake.host.with_file(site_verify_rules,
                            "version = 1\n[containers.system.x]\nimages = [\"sha256:app\"]\n");
        CHECK(verdict() == Verdict::NotApplicable);
    }
    SECTION("by a label, where the operator has enabled it")
    {
        fake.host.with_file(site_verify_rules, with_label);
        CHECK(verdict() == Verdict::NotApplicable);
        tenant(fake).container.labels = {{"harden.trust", "systems"}};
        CHECK(verdict() == Verdict::Fail);
    }
    SECTION("not by a name: such a file is refused")
    {
        fake.host.with_file(site_verify_rules,
                            "version = 1\n[containers.system.x]\nnames = [\"coolify-*\"]\n");
        const auto finding = ask("container.privileged", fake.node);
        CHECK(finding.verdict == Verdict::Unknown);
        CHECK(contains(finding.evidence, "tenants choose names"));
    }
}

TEST_CASE("a label puts a container into a tier where the operator has enabled it")
{
    FakeNode fake;
    with_tenant(fake);
    const auto verdict = [&] { return verdict_of("container.memory-limit", fake.node); };
    tenant(fake).container.labels = {{"tier", "free"}};
    CHECK(verdict() == Verdict::Pass);
    fake.host.with_file(site_tiers, "version = 1\nlabel = \"tier\"\n");
    CHECK(verdict() == Verdict::Fail);
    tenant(fake).container.labels = {{"tier", "custom"}};
    with_cgroup(fake, "memory.max", "9663676416\n");
    CHECK(verdict() == Verdict::Pass);
    with_cgroup(fake, "memory.max", "max\n");
    CHECK(verdict() == Verdict::Fail);
    with_cgroup(fake, "memory.max", "4096\n");
    tenant(fake).container.labels = {{"tier", "<b>\n"}};
    CHECK(ask("container.memory-limit", fake.node).evidence == "app: its label tier names no tier");
}

TEST_CASE("limits that fit each some tier but together none are told")
{
    FakeNode fake;
    with_tenant(fake);
    fake.host.with_file(site_tiers, "version = 1\n[tiers.fast]\nmemory = \"64m\"\ncpus = 8.0\n"
                                    "disk = \"1g\"\npids = 256\n");
    with_cgroup(fake, "cpu.max", "800000 100000\n");
    CHECK(contains(ask("container.memory-limit", fake.node).evidence, "fit no one tier"));
    CHECK(verdict_of("container.cpu-limit", fake.node) == Verdict::Pass);
}

TEST_CASE("version 1 of control groups limits memory and swap together")
{
    FakeNode fake;
    with_tenant(fake);
    fake.host.with_file(
        "/proc/self/mounts",
        "cgroup /cg/cpu cgroup rw,cpu,cpuacct 0 0\n"
        "cgroup /cg/memory cgroup rw,memory 0 0\ncgroup /cg/pids cgroup rw,pids 0 0\n");
    const auto file = [&](const std::string& name, const std::string& text) {
        fake.host.with_file(
            cat("/cg/", split(name, '/')[0], "/docker/", tenant_id, "/", split(name, '/')[1]),
            text);
    };
    file("memory/memory.limit_in_bytes", "536870912\n");
    file("memory/memory.memsw.limit_in_bytes", "536870912\n");
    file("cpu/cpu.cfs_quota_us", "50000\n");
    file("cpu/cpu.cfs_period_us", "100000\n");
    file("pids/pids.max", "256\n");
    CHECK(failing(fake) == std::set<std::string>{"gvisor.running-containers"});
    file("memory/memory.memsw.limit_in_bytes", "1073741824\n");
    CHECK(contains(ask("container.memory-limit", fake.node).evidence, "512 MiB of swap"));
    file("memory/memory.limit_in_bytes", "9223372036854771712\n");
    CHECK(ask("container.memory-limit", fake.node).evidence == "app: no limit");
    file("cpu/cpu.cfs_quota_us", "-1\n");
    CHECK(verdict_of("container.cpu-limit", fake.node) == Verdict::Fail);
    fake.host.with_file("/proc/meminfo", "SwapTotal: 0 kB\n");
    file("memory/memory.limit_in_bytes", "536870912\n");
    CHECK(verdict_of("container.memory-limit", fake.node) == Verdict::Pass);
}

TEST_CASE("variables that look like secrets are named and never judged")
{
    FakeNode fake;
    with_tenant(fake);
    tenant(fake).settings.variables = {"PATH", "API_KEY", "DB_PASSWORD"};
    const auto finding = ask("container.secrets-in-environment", fake.node);
    CHECK(finding.verdict == Verdict::Info);
    CHECK(finding.evidence == "app: API_KEY, DB_PASSWORD");
    tenant(fake).settings.variables = {"PATH"};
    CHECK(verdict_of("container.secrets-in-environment", fake.node) == Verdict::Pass);
}

TEST_CASE("a shim without its container is found, a tenant's imitation of one is not")
{
    FakeNode fake;
    with_tenant(fake);
    const auto lost = std::string(64, 'b');
    fake.host.with_file("/proc/600/cmdline",
                        join(std::vector<std::string>{"/usr/bin/containerd-shim-runc-v2",
                                                      "-namespace", "moby", "-id", lost, ""},
                             std::string_view{"\0", 1}));
    fake.host.with_file("/proc/600/stat",
                        "600 (containerd-shim) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 100 0");
    fake.host.with_file("/proc/600/cgroup", "0::/system.slice/docker.service\n");
    const auto finding = ask("container.orphaned-shims", fake.node);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(finding.evidence == "process 600 of bbbbbbbbbbbb");
    fake.host.with_file("/proc/600/cgroup", cat("0::/docker/", tenant_id, "\n"));
    CHECK(verdict_of("container.orphaned-shims", fake.node) == Verdict::Pass);
    fake.host.with_file("/proc/600/cgroup", "0::/system.slice/docker.service\n");
    fake.docker.details[lost] = {.pid = 610};
    CHECK(verdict_of("container.orphaned-shims", fake.node) == Verdict::Pass);
    fake.docker.running = false;
    CHECK(verdict_of("container.orphaned-shims", fake.node) == Verdict::Unknown);
}
