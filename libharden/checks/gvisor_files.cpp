#include "base/json_view.h"
#include "checks/canary_facts.h"
#include "checks/docker_facts.h"
#include "checks/gvisor_rows.h"
#include "daemonjson/daemon.h"
#include "gvisor/layout.h"
#include "gvisor/release.h"
#include "gvisor/releases.h"
#include "gvisor/seen_manifest.h"
#include "gvisor/status.h"

#include <algorithm>
#include <array>

namespace harden::gvisor_files {

static constexpr auto no_runtime = "docker knows no gVisor runtime";
// From this one on a release is several files, which must lie beside runsc.
static constexpr std::chrono::sys_days split_since{std::chrono::year{2026} / 8 / 24};
static constexpr std::array sidecar_names{"gvisor_sentry", "gvisor_sentry_plugin_stack",
                                          "runsc-metric-server", "checkpointgofer",
                                          "gvisor-sentry-prewarmer"};

// Hashing a release, or a package, reads hundreds of megabytes.
static const CommandOptions patiently{.timeout = std::chrono::seconds{20}};

// The file that a path with links in it really is.
static std::string resolved(const Host& host, const std::string& path)
{
    const auto answer = host.query({"readlink", "-f", path});
    return answer && answer->status == 0 ? std::string{trim(answer->out)} : path;
}

static Result<std::string> hash_of(const Host& host, const std::string& file)
{
    const auto answer =
        TRY(succeeded(host.query({"sha512sum", file}, patiently), {"sha512sum", file}));
    return answer.out.substr(0, answer.out.find(' '));
}

// The release whose directory holds the program; none where nobody keeps a list beside it.
static Result<std::optional<InstalledRelease>> kept_release(const Host& host,
                                                            const std::string& program)
{
    for (auto& release : TRY(installed_releases(host)))
        if (program.starts_with(cat(gvisor_directory, "/", release.name, "/")))
            return std::optional{std::move(release)};
    return std::optional<InstalledRelease>{};
}

static Result<Outcome> by_package(const Host& host, const std::string& program)
{
    const auto owner = host.query({"dpkg", "--search", program}, patiently);
    if (!owner && !owner.is_absent())
        return owner.error();
    if (!owner || owner->status != 0)
        return fail(cat(escaped(program, 120), " belongs to no release that was installed here and "
                                               "to no package"));
    const auto package = owner->out.substr(0, owner->out.find(':'));
    const auto changed = TRY(host.query({"dpkg", "--verify", package}, patiently));
    if (!trim(changed.out).empty())
        return fail(cat("the package ", escaped(package, 40),
                        " was changed: ", escaped(trim(changed.out), 120)));
    return pass(cat("the package ", escaped(package, 40), " is as it was installed"));
}

static Result<std::vector<std::string>> changed(const Host& host, const InstalledRelease& release)
{
    std::vector<std::string> names;
    for (const auto& [name, wanted] : release.files) {
        const auto file = cat(gvisor_directory, "/", release.name, "/", name);
        const auto hash = hash_of(host, file);
        if (!hash || *hash != wanted)
            names.push_back(escaped(name, 60));
    }
    return names;
}

// Who vouches for it besides the list that was written as it was installed.
static Result<Outcome> by_manifest(const Facts& facts, const InstalledRelease& release)
{
    const auto document = TRY(gvisor_settings_document(facts.host()));
    const auto settings = TRY(gvisor_settings_from(document));
    const auto whole = cat(release.name, ": its files are as they were installed");
    // verify links the packet filter's GPL-2 libraries, so no OpenSSL
    if (!settings.keys.empty() && !facts.probes().signature)
        return info(
            cat(whole, "; the manifest's signature is checked by gvisor-install, not here"));
    if (settings.keys.empty())
        return info(cat(whole, "; whether the release is an official one is unknown: no signed "
                               "manifest is configured ([manifest] of gvisor.toml)"));
    const auto manifest = seen_manifest(facts.host(), settings, facts.probes().signature);
    if (!manifest)
        return manifest.error();
    const auto machine = TRY(machine_of(facts.host()));
    const auto* known = with_files(manifest->manifest, release.files, machine);
    if (known == nullptr)
        return fail(
            cat("no release in the manifest of ", manifest->manifest.issued, " has these files"));
    return pass(cat("release ", known->number, ", by the manifest of ", manifest->manifest.issued));
}

static Result<Outcome> official(const Facts& facts, const std::string& path)
{
    const auto program = resolved(facts.host(), path);
    const auto release = TRY(kept_release(facts.host(), program));
    if (!release)
        return by_package(facts.host(), program);
    const auto names = TRY(changed(facts.host(), *release));
    if (!names.empty())
        return fail(cat(release->name, ": not as installed: ", join(names, ", ")));
    return by_manifest(facts, *release);
}

// Some hundred megabytes are read, so that it is asked with the other costly questions only.
Result<Outcome> official_release(const Facts& facts)
{
    if (!is_probing(facts))
        return info("not hashed; harden verify --probe does");
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    if (runtimes.all.empty())
        return not_applicable(no_runtime);
    std::optional<Outcome> last;
    for (const auto& runtime : runtimes.all) {
        last = TRY(official(facts, runtime.path));
        if (last->verdict == Verdict::Fail)
            return *last;
    }
    return *last;
}

static Result<std::optional<Outcome>> wrong_sidecars(const Host& host, const std::string& program)
{
    const auto directory = Path{program}.parent_path() / gvisor_sidecars;
    for (const auto* name : sidecar_names) {
        const auto file = host.status(directory / name);
        if (file.is_absent())
            return std::optional{fail(cat((directory / name).string(), " is missing"))};
        if ((TRY(file).mode & 0111U) == 0)
            return std::optional{fail(cat((directory / name).string(), " cannot be run"))};
    }
    const auto release = TRY(kept_release(host, program));
    if (!release)
        return std::optional<Outcome>{};
    for (const auto* name : sidecar_names)
        if (!release->files.contains(cat(gvisor_sidecars, "/", name)))
            return std::optional{fail(cat(name, " is no part of ", release->name))};
    return std::optional<Outcome>{};
}

Result<Outcome> sidecars(const Facts& facts)
{
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    std::vector<std::string> whole;
    for (const auto& runtime : runtimes.all) {
        const auto released = release_day(runtime.version);
        const auto program = resolved(facts.host(), runtime.path);
        const auto beside = facts.host().status(Path{program}.parent_path() / gvisor_sidecars);
        if (beside.is_absent() && released && *released < split_since)
            continue;
        if (beside.is_absent() && !released)
            return Error{ErrorKind::Failed,
                         cat(runtime.path, " does not tell its release, so it cannot be said "
                                           "whether it needs sidecars"),
                         {}};
        if (auto wrong = TRY(wrong_sidecars(facts.host(), program)))
            return *std::move(wrong);
        whole.push_back(escaped(runtime.name, 40));
    }
    if (whole.empty())
        return not_applicable(runtimes.all.empty() ? no_runtime
                                                   : "the release is one file, without sidecars");
    return pass(cat("beside ", join(whole, ", "), ": all ", std::to_string(sidecar_names.size())));
}

Result<Outcome> default_runtime_persisted(const Facts& facts)
{
    const auto info_now = TRY(facts.once(docker_info));
    const auto daemon = judging_daemon(facts.node());
    const auto text = facts.host().read(daemon.file);
    if (!text && !text.is_absent())
        return text.error();
    const auto document = TRY(parse_json(text ? *text : "{}").during("read daemon.json"));
    auto written = document.text("default-runtime");
    for (const auto& flag : daemon.flags)
        if (std::string_view{flag}.starts_with("--default-runtime="))
            written = flag.substr(flag.find('=') + 1);
    if (written.empty())
        written = "runc";
    if (written == info_now.default_runtime)
        return pass(cat(escaped(written, 40), " in both"));
    return fail(cat("on disk ", escaped(written, 40), ", in the running daemon ",
                    escaped(info_now.default_runtime, 40)));
}

// "always within_size [advise] never"
Result<Outcome> host_settings(const Facts& facts)
{
    static constexpr auto file = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
    if (TRY(facts.once(gvisor_runtimes)).all.empty())
        return not_applicable(no_runtime);
    const auto text = facts.host().read(file);
    if (text.is_absent())
        return not_applicable("this kernel has no huge pages for shared memory");
    const auto all = TRY(text);
    const auto from = all.find('[');
    const auto to = all.find(']');
    if (from == std::string::npos || to == std::string::npos || to < from)
        return Error{ErrorKind::Malformed, cat(file, ": ", escaped(trim(all), 60)), {}};
    const auto chosen = all.substr(from + 1, to - from - 1);
    const auto what = cat("shmem_enabled is ", escaped(chosen, 20));
    return chosen == "advise" ? pass(what) : fail(what);
}

Result<Outcome> previous_release(const Facts& facts)
{
    if (TRY(facts.once(gvisor_runtimes)).all.empty())
        return not_applicable(no_runtime);
    const auto current = current_release(facts.host());
    if (current.is_absent())
        return not_applicable("gVisor was not installed by harden");
    const auto name = TRY(current);
    const auto releases = TRY(installed_releases(facts.host()));
    if (std::ranges::find(releases, name, &InstalledRelease::name) == releases.end())
        return fail(cat(gvisor_current, " names ", escaped(name, 60), ", which is not whole here"));
    if (releases.size() < 2)
        return info(cat("only ", escaped(name, 60), " was ever installed"));
    return pass(
        cat(escaped(name, 60), " in use, ", std::to_string(releases.size() - 1), " to go back to"));
}

}
