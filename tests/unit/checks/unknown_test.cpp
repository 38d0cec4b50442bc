#include "node/journal.h"
#include "unit/checks/ask.h"
#include "usage/schedule.h"

using namespace harden;
using namespace harden::test;

namespace {

// What nobody may look at, and the checks that then cannot be answered.
struct Hidden {
    Path place;
    std::vector<std::string> ids;
};

}

TEST_CASE("what may not be looked at is unknown, never a pass")
{
    const auto hidden =
        GENERATE(Hidden{"/etc/harden/egress.toml",
                        {"egress.metadata-v4", "egress.metadata-v6", "egress.smtp", "egress.mining",
                         "egress.irc", "egress.tor", "egress.policy"}},
                 Hidden{detector_cron_file, {"detector.scheduled"}},
                 Hidden{detector_program, {"detector.installed"}},
                 Hidden{"/var/lib/harden/miners.state",
                        {"detector.ran-recently", "detector.sees-containers"}},
                 Hidden{transactions_directory, {"detector.rollback-possible"}},
                 Hidden{"/etc/docker/daemon.json", {"docker.daemon-json-valid"}});
    FakeNode fake;
    fake.host.denying(hidden.place);
    for (const auto& id : hidden.ids) {
        INFO(id);
        CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("a Docker that one may not ask is unknown, one that is stopped is not there")
{
    FakeNode fake;
    fake.docker.running = false;
    CHECK(verdict_of("docker.answers", fake.node) == Verdict::Fail);
    fake.docker.stopped_as = ErrorKind::Denied;
    CHECK(verdict_of("docker.answers", fake.node) == Verdict::Unknown);
    fake.host.with_file("/data/coolify/source/.env", "");
    CHECK(verdict_of("system.coolify", fake.node) == Verdict::Unknown);
}
