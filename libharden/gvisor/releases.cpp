#include "gvisor/releases.h"

#include "gvisor/layout.h"
#include "gvisor/release.h"

namespace harden {

static Result<std::optional<InstalledRelease>> release_at(const Host& host, const std::string& name)
{
    using Found = std::optional<InstalledRelease>;
    const auto directory = Path{gvisor_directory} / name;
    if (TRY(host.status(directory)).type != FileType::Directory)
        return Found{};
    const auto list = host.status(directory / gvisor_manifest);
    if (list.is_absent())
        return Found{};
    InstalledRelease release{.name = name, .installed = TRY(Result<FileStatus>{list}).modified};
    release.files = TRY(checksums(TRY(host.read(directory / gvisor_manifest))));
    return Found{std::move(release)};
}

Result<std::vector<InstalledRelease>> installed_releases(const Host& host)
{
    std::vector<InstalledRelease> releases;
    const auto names = host.list(gvisor_directory);
    if (names.is_absent())
        return releases;
    for (const auto& name : TRY(Result<std::vector<std::string>>{names}))
        if (auto release = TRY(release_at(host, name)))
            releases.push_back(*std::move(release));
    return releases;
}

Result<std::vector<std::string>> changed_files(const Host& host, const InstalledRelease& release,
                                               const Digest& sha512)
{
    std::vector<std::string> changed;
    for (const auto& [name, hash] : release.files) {
        const auto bytes = host.read(Path{gvisor_directory} / release.name / name);
        if (!bytes && !bytes.is_absent())
            return bytes.error();
        if (!bytes || sha512(*bytes) != hash)
            changed.push_back(name);
    }
    return changed;
}

static GvisorBundle in_place(const InstalledRelease& release)
{
    GvisorBundle bundle{.release = release.name,
                        .directory = Path{gvisor_directory} / release.name,
                        .trust = Trust::Installed};
    for (const auto& [name, hash] : release.files)
        bundle.files.push_back({name, hash});
    return bundle;
}

static Error not_kept(std::string_view asked, const std::vector<InstalledRelease>& releases)
{
    std::vector<std::string> names;
    for (const auto& release : releases)
        names.push_back(release.name);
    return {ErrorKind::NotFound, cat("release ", escaped(asked, 64), " is not on this node"),
            names.empty() ? "there is none" : cat("there are: ", join(names, ", "))};
}

Result<GvisorBundle> kept_bundle(const Host& host, std::string_view asked, const Digest& sha512)
{
    const auto releases = TRY(installed_releases(host));
    for (const auto& release : releases) {
        if (release.name != asked && release_number(release.name) != release_number(asked))
            continue;
        const auto changed = TRY(changed_files(host, release, sha512));
        if (!changed.empty())
            return Error{ErrorKind::Malformed,
                         cat(release.name, ": not as it was installed: ", join(changed, ", ")),
                         "install that release again with --from or --release"};
        return in_place(release);
    }
    return not_kept(asked, releases);
}

Result<std::optional<GvisorBundle>> kept_bundle_with(const Host& host, const Checksums& files,
                                                     const Digest& sha512)
{
    for (const auto& release : TRY(installed_releases(host)))
        if (release.files == files && TRY(changed_files(host, release, sha512)).empty())
            return std::optional{in_place(release)};
    return std::optional<GvisorBundle>{};
}

}
