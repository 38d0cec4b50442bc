#include "daemonjson/settle.h"
#include "gvisor/layout.h"
#include "gvisor/releases.h"
#include "gvisor/status.h"
#include "steps/gvisor.h"
#include "steps/gvisor_runtime.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

using namespace harden;
using harden::test::FakeDockerd;
using harden::test::FakeHost;
using harden::test::FakeNode;

static std::string digest(std::string_view bytes)
{
    std::string hash(128, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        hash[i % 128] = "0123456789abcdef"[(static_cast<unsigned char>(bytes[i]) + i) % 16];
    return hash;
}

namespace {

// A node with release 1 in use or none, and release 2 unpacked beside.
struct Scene {
    FakeNode fake;
    FakeDockerd dockerd{fake};
    bool is_proven = true;
    bool is_tried_well = true;
    std::string platform = "systrap";
    std::string trial_runtime; // what dockerd knew under the throw-away name when it was tried

    Scene()
    {
        fake.host.with_file("/staging/release/runsc", "runsc 2");
        fake.host.with_file("/usr/local/lib/gvisor/release-1/SHA512SUMS",
                            digest("ELF") + "  runsc\n");
        fake.host.with_file("/proc/1/stat", "1 (systemd) S");
        answer("/usr/local/lib/gvisor/release-2/runsc");
        const auto prove = [this](FakeHost&) {
            return is_proven ? Output{} : Output{.status = 2, .err = "error: no gVisor"};
        };
        fake.host.doing({"/usr/libexec/harden/gvisor-install", "prove"}, prove);
        const auto trial = [this](FakeHost& host) {
            trial_runtime = fake.docker.about.runtimes["runsc-harden-trial"];
            in_use_at_trial = host.status(gvisor_current)->target.native();
            return is_tried_well ? Output{} : Output{.status = 2, .err = "error: no gVisor"};
        };
        fake.host.doing(
            {"/usr/libexec/harden/gvisor-install", "prove", "--runtime", "runsc-harden-trial"},
            trial);
        fake.host.doing({"/usr/libexec/harden/gvisor-install", "prove", "--default"}, prove);
        fake.host.doing(settle_command(fake.host, {}), [this](FakeHost&) {
            return settle(fake.node, {}, [](const auto&, auto) { return false; })
                       ? Output{}
                       : Output{.status = 2, .err = "error"};
        });
    }
    void answer(const std::string& runsc)
    {
        fake.host.answering(
            {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", runsc, "--version"},
            {});
        fake.host.answering({runsc, "--root", "/staging/state", "--network=none",
                             "--ignore-cgroups", "do", "/bin/true"},
                            {});
    }
    Step step(bool is_default = false) const
    {
        const GvisorBundle bundle{.release = "release-2",
                                  .directory = "/staging/release",
                                  .files = {{"runsc", digest("runsc 2")}},
                                  .scratch = "/staging/state"};
        return gvisor_step({.bundle = bundle,
                            .is_default = is_default,
                            .platform = platform,
                            .keys = test::known_keys(),
                            .sha512 = digest});
    }
    std::string in_use_at_trial;
    std::string current() const { return *current_release(fake.host); }
};

}

TEST_CASE("gVisor: a plan changes nothing, and applying twice is applying once")
{
    Scene scene;
    REQUIRE(plan(scene.step(), scene.fake.node));
    CHECK(scene.fake.host.made.empty());
    const auto first = apply(scene.step(), scene.fake.node);
    REQUIRE(first);
    CHECK(first->ended == Ended::Applied);
    CHECK(scene.current() == "release-2");
    CHECK(scene.fake.docker.about.runtimes["runsc"] == gvisor_runtime);
    CHECK(scene.fake.docker.about.default_runtime == "runc");
    CHECK(scene.dockerd.restarts == 0);
    CHECK(gvisor_status(scene.fake.node, {.sha512 = digest})->is_as_wanted());

    const auto made = scene.fake.host.made.size();
    CHECK(apply(scene.step(), scene.fake.node)->ended == Ended::Unchanged);
    CHECK(scene.fake.host.made.size() == made);
}

TEST_CASE("gVisor: the release that was in use stays, and a rollback returns to it")
{
    Scene scene;
    const auto before = scene.fake.host.files();
    REQUIRE(apply(scene.step(true), scene.fake.node)->ended == Ended::Applied);
    CHECK(scene.fake.docker.about.default_runtime == "runsc");
    CHECK(scene.fake.host.status("/usr/local/lib/gvisor/release-1/runsc"));
    REQUIRE(roll_back(scene.fake.host, last_of(scene.fake.host, "gvisor-install apply")->id,
                      RollBack::Wanted));
    CHECK(scene.fake.host.files() == before);
    CHECK(scene.current() == "release-1");
    CHECK(scene.fake.docker.about.default_runtime == "runc");
}

TEST_CASE("gVisor: what does not prove itself is rolled back")
{
    Scene scene;
    const auto before = scene.fake.host.files();
    scene.is_proven = false;
    const auto outcome = apply(scene.step(), scene.fake.node);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(scene.fake.host.files() == before);
    CHECK_FALSE(scene.fake.docker.about.runtimes.contains("runsc"));
}

TEST_CASE("gVisor: a release is tried in Docker under a name of its own before it is in use")
{
    Scene scene;
    const auto before = scene.fake.host.files();
    SECTION("and the name goes again")
    {
        REQUIRE(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
        CHECK(scene.trial_runtime == "/usr/local/lib/gvisor/release-2/runsc");
        CHECK(scene.in_use_at_trial == "release-1");
        CHECK_FALSE(scene.fake.docker.about.runtimes.contains("runsc-harden-trial"));
        CHECK(scene.fake.host.read(default_daemon_file)->find("trial") == std::string::npos);
    }
    SECTION("and one that fails there never is")
    {
        scene.is_tried_well = false;
        const auto outcome = apply(scene.step(), scene.fake.node);
        REQUIRE(outcome);
        CHECK(outcome->ended == Ended::RolledBack);
        CHECK(outcome->problem.message.find("before it is put in use") != std::string::npos);
        CHECK(scene.fake.host.files() == before);
        CHECK_FALSE(scene.fake.docker.about.runtimes.contains("runsc-harden-trial"));
    }
}

TEST_CASE("gVisor: the platform is the runtime's argument, beside those that an operator gave")
{
    Scene scene;
    scene.fake.host.with_file(
        default_daemon_file,
        R"({"runtimes": {"runsc": {"path": "/usr/local/lib/gvisor/release-1/runsc",
        "runtimeArgs": ["--overlay2=none", "--platform=ptrace"]}}})");
    scene.platform = GENERATE("kvm", "systrap");
    REQUIRE(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
    const auto wanted = scene.platform == "kvm"
                            ? std::vector<std::string>{"--overlay2=none", "--platform=kvm"}
                            : std::vector<std::string>{"--overlay2=none"};
    CHECK(gvisor_arguments(scene.fake.host) == wanted);
}

TEST_CASE("gVisor: an entry of daemon.json that names a program that is gone is repaired")
{
    Scene scene;
    scene.fake.host.with_file(default_daemon_file,
                              R"({"runtimes": {"runsc": {"path": "/x/runsc"}}})");
    REQUIRE(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
    CHECK(scene.fake.docker.about.runtimes["runsc"] == gvisor_runtime);
    CHECK(scene.trial_runtime.empty());
}

TEST_CASE("gVisor: old releases go, but none that something needs")
{
    Scene scene;
    for (const auto* name : {"release-a", "release-b", "release-c"}) {
        scene.fake.host.with_file(Path{gvisor_directory} / name / "runsc", name, 0755);
        scene.fake.host.with_file(Path{gvisor_directory} / name / "SHA512SUMS",
                                  cat(digest(name), "  runsc\n"));
    }
    scene.fake.host.with_link("/proc/77/exe", "/usr/local/lib/gvisor/release-b/runsc");
    REQUIRE(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
    const auto gone = prune_gvisor(scene.fake.host, 2);
    REQUIRE(gone);
    // release-1 is the way back, release-2 in use, release-b has a sandbox
    CHECK(*gone == std::vector<std::string>{"release-a", "release-c"});
    CHECK(scene.fake.host.read("/usr/local/lib/gvisor/release-a/runsc").is_absent());
    CHECK(scene.fake.host.read("/usr/local/lib/gvisor/release-b/runsc"));
    CHECK(prune_gvisor(scene.fake.host, 2)->empty());
}

TEST_CASE("gVisor: a removal that was killed is finished by the next one")
{
    for (int changes = 0; changes < 4; ++changes) {
        Scene scene;
        const auto old = Path{gvisor_directory} / "release-0";
        scene.fake.host.with_file(old / "runsc", "old", 0755);
        scene.fake.host.with_file(old / "SHA512SUMS", cat(digest("old"), "  runsc\n"));
        REQUIRE(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
        scene.fake.host.die_after(changes);
        (void)static_cast<bool>(prune_gvisor(scene.fake.host, 2));
        scene.fake.host.survive();
        INFO("killed after " << changes << " changes");
        REQUIRE(prune_gvisor(scene.fake.host, 2));
        CHECK(scene.fake.host.status(old / "runsc").is_absent());
        CHECK(installed_releases(scene.fake.host)->size() == 2);
    }
}

TEST_CASE("gVisor: a rollback does not lead to a release that is gone")
{
    Scene scene;
    REQUIRE(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
    REQUIRE(scene.fake.host.remove("/usr/local/lib/gvisor/release-1"));
    const auto undone = roll_back(
        scene.fake.host, last_of(scene.fake.host, "gvisor-install apply")->id, RollBack::Wanted);
    REQUIRE_FALSE(undone);
    CHECK(undone.error().message.find("release-1, which is gone") != std::string::npos);
    CHECK(scene.current() == "release-2");
}

TEST_CASE("gVisor: a binary that does not run is never in use")
{
    Scene scene;
    scene.fake.host.answering({"/usr/local/lib/gvisor/release-2/runsc", "--root", "/staging/state",
                               "--network=none", "--ignore-cgroups", "do", "/bin/true"},
                              {.status = 1, .err = "panic"});
    CHECK(apply(scene.step(), scene.fake.node)->ended == Ended::RolledBack);
    CHECK(scene.current() == "release-1");
}

TEST_CASE("gVisor: killed after any change, current is whole and the next run converges")
{
    for (int changes = 0; changes < 30; ++changes) {
        Scene scene;
        scene.fake.host.die_after(changes);
        (void)static_cast<bool>(apply(scene.step(), scene.fake.node));
        INFO("killed after " << changes << " changes");
        CHECK(scene.fake.host.read(Path{gvisor_directory} / scene.current() / "runsc"));
        scene.fake.host.survive();
        REQUIRE(apply(scene.step(), scene.fake.node));
        CHECK(apply(scene.step(), scene.fake.node)->ended == Ended::Unchanged);
        CHECK(scene.current() == "release-2");
    }
}

TEST_CASE("gVisor: without a source the installed release is registered")
{
    Scene scene;
    auto wanted = GvisorWanted{.keys = test::known_keys(), .sha512 = digest};
    REQUIRE(apply(gvisor_step(wanted), scene.fake.node)->ended == Ended::Applied);
    CHECK(scene.current() == "release-1");
    REQUIRE(scene.fake.host.remove(gvisor_current));
    const auto nothing = apply(gvisor_step(wanted), scene.fake.node);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().hint == "gvisor-install apply --from FILE");
}

TEST_CASE("gVisor: status names the files that are not as installed")
{
    Scene scene;
    REQUIRE(apply(scene.step(), scene.fake.node));
    scene.fake.host.with_file("/usr/local/lib/gvisor/release-2/runsc", "another", 0755);
    const auto status = gvisor_status(scene.fake.node, {.sha512 = digest});
    CHECK(status->drift == std::vector<std::string>{"runsc"});
    CHECK(status->releases == std::vector<std::string>{"release-1", "release-2"});
    CHECK_FALSE(status->is_as_wanted());
    CHECK(apply(scene.step(), scene.fake.node)->ended == Ended::Applied);
    CHECK(gvisor_status(scene.fake.node, {.sha512 = digest})->is_as_wanted());
}
