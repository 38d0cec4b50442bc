#include "steps/provision_bundle.h"
#include "steps/provision_remote.h"
#include "steps/provision_steps.h"
#include "steps/provision_verbs.h"

namespace harden {

using namespace std::chrono_literals;

static constexpr auto install_timeout = 10min;

static Result<StepPlan> plan_package(const Provisioning& with)
{
    const auto& facts = with.facts;
    if (package_is_current(facts, with.sources.package))
        return StepPlan{.settled = cat("harden ", escaped(facts.package_version, 40))};
    const auto version = package_version(with.sources.package.path);
    const auto to = version.empty() ? with.sources.package.path.filename().string() : version;
    return StepPlan{.pending = cat("harden ", or_none(facts.package_version), " -> ", to),
                    .changes = {{"the package harden", facts.package_version, to}}};
}

static Result<> install(Remote& remote, const std::string& package)
{
    return must(remote,
                {"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--quiet",
                 "--no-install-recommends", "--reinstall", "--allow-downgrades", "-o",
                 "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120", "-o",
                 "APT::Sandbox::User=root", package},
                {.timeout = install_timeout});
}

// A bare node may never have fetched the lists that name the libraries.
static Result<> install_or_update_first(Remote& remote, const std::string& package)
{
    auto installed = install(remote, package);
    if (installed || installed.error().kind == ErrorKind::TimedOut)
        return installed;
    const auto updated =
        remote.execute({"apt-get", "update", "--quiet"}, {.timeout = install_timeout});
    if (updated && updated->status == 0)
        installed = install(remote, package);
    return std::move(installed).hint("the node needs a mirror for the libraries (apt-get update "
                                     "there), or setup --bundle brings them");
}

// A run that was killed in the middle of dpkg leaves it to be finished first.
static Result<StepReport> install_package(const Provisioning& with)
{
    const auto& package = with.sources.package;
    const auto arrived = in_setup("arrived.deb");
    const bool has_bundle = !with.sources.bundle.path.empty();
    if (!has_bundle)
        TRY(upload_checked(with.remote, package.path, package.fingerprint, arrived));
    if (!with.facts.package_interrupted.empty())
        TRY(must(with.remote,
                 {"env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--force-confold", "--configure",
                  "-a"},
                 {.timeout = install_timeout}));
    TRY(has_bundle ? install_from_bundle(with, arrived)
                   : install_or_update_first(with.remote, arrived));
    TRY(put_in_place(with.remote, arrived, in_setup("harden.deb")));
    return StepReport{.state = StepState::Done, .detail = package.path.filename().string()};
}

ProvisionStep package_step()
{
    return {"package", "", false, plan_package, install_package};
}

}
