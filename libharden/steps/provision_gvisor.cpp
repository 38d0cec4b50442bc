#include "steps/provision_remote.h"
#include "steps/provision_steps.h"
#include "steps/provision_verbs.h"

namespace harden {

static constexpr auto checksum_suffix = ".sha512";
static constexpr std::chrono::minutes tar_timeout{5};

static Result<StepPlan> plan_gvisor(const Provisioning& with)
{
    if (gvisor_is_current(with.facts, with.sources.gvisor))
        return plan_by_verb(with, {"gvisor-install", "plan"});
    const auto from = with.sources.gvisor.path.filename().string();
    return StepPlan{.pending = cat(or_none(with.facts.gvisor_release), " -> ", from),
                    .changes = {{"gVisor", with.facts.gvisor_release, from}}};
}

// An archive travels with its checksum beside it.
static Result<Path> upload_archive(const Provisioning& with)
{
    const auto& archive = with.sources.gvisor;
    const auto to = in_setup(archive.path.filename().string());
    if (const auto sums = archive.path.string() + checksum_suffix; with.here.status(sums)) {
        const auto source = TRY(look_at_source(with.here, sums));
        TRY(upload_checked(with.remote, sums, source.fingerprint, to + checksum_suffix));
    }
    TRY(upload_checked(with.remote, archive.path, archive.fingerprint, to));
    return Path{to};
}

// A directory travels as one archive and is a directory again on the node.
static Result<Path> upload_directory(const Provisioning& with)
{
    const auto& path = with.sources.gvisor.path;
    const auto name = path.filename().string();
    const auto archive = (with.sources.scratch / "gvisor.tar").string();
    const Command pack{"tar", "-C", path.parent_path().string(), "-cf", archive, "--", name};
    TRY(succeeded(with.here.run(pack, {}, {.timeout = tar_timeout}), pack));
    const auto packed = TRY(look_at_source(with.here, archive));
    const auto there = in_setup("gvisor.tar");
    TRY(upload_checked(with.remote, archive, packed.fingerprint, there));
    TRY(must(with.remote, {"rm", "-rf", in_setup(name)}));
    TRY(must(with.remote, {"tar", "-C", setup_directory, "--no-same-owner", "-xf", there},
             {.timeout = tar_timeout}));
    TRY(must(with.remote, {"rm", "-f", there}));
    return Path{in_setup(name)};
}

static Result<StepReport> install_gvisor(const Provisioning& with)
{
    if (gvisor_is_current(with.facts, with.sources.gvisor))
        return apply_by_verb(with, {"gvisor-install", "apply"});
    const auto source =
        TRY(with.sources.gvisor.is_directory ? upload_directory(with) : upload_archive(with))
            .string();
    auto report = TRY(apply_by_verb(with, {"gvisor-install", "apply", "--from", source}));
    TRY(must(with.remote, {"rm", "-rf", source, source + checksum_suffix}));
    if (report.state == StepState::Done)
        TRY(write_record(with.remote, in_setup("gvisor-source"),
                         cat(with.sources.gvisor.fingerprint, "\n")));
    return report;
}

ProvisionStep gvisor_step()
{
    return {"gvisor", "gVisor, registered with Docker", true, plan_gvisor, install_gvisor};
}

}
