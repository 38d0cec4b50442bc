#include "steps/provision_remote.h"
#include "steps/provision_steps.h"

namespace harden {

using namespace std::chrono_literals;

static constexpr auto docker_package = "docker.io"; // of Debian and of Ubuntu
static constexpr auto install_timeout = 10min;

static Result<StepPlan> plan_docker(const Provisioning&)
{
    return StepPlan{.pending = cat(docker_package, " of the distribution"),
                    .changes = {{cat("the package ", docker_package), "", "installed"}}};
}

static Result<> install(Remote& remote)
{
    return must(remote,
                {"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--quiet",
                 "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", "-o",
                 "DPkg::Lock::Timeout=120", docker_package},
                {.timeout = install_timeout});
}

static Result<> update_and_install(Remote& remote)
{
    auto updated = must(remote, {"apt-get", "update", "--quiet", "--error-on=any"},
                        {.timeout = install_timeout});
    if (auto installed = install(remote); installed || updated)
        return installed;
    return updated;
}

static Result<StepReport> install_docker(const Provisioning& with)
{
    TRY(update_and_install(with.remote)
            .during(cat("install ", docker_package))
            .hint("the node needs a mirror that has it: apt-get update there tells what is wrong; "
                  "or install Docker by hand, and run setup again"));
    TRY(must(with.remote, {"systemctl", "start", "docker"}, {.timeout = 2min})
            .hint("journalctl -eu docker on the node tells why it does not start"));
    return StepReport{.state = StepState::Done, .detail = docker_package};
}

ProvisionStep docker_step()
{
    return {"docker", "", false, plan_docker, install_docker};
}

}
