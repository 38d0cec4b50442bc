#include "gvisor/prune.h"

#include "gvisor/layout.h"
#include "gvisor/sandboxes.h"
#include "gvisor/status.h"

#include <algorithm>

namespace harden {

std::vector<std::string> prunable(std::vector<InstalledRelease> releases,
                                  const std::set<std::string>& needed, std::size_t kept)
{
    std::ranges::stable_sort(releases, {}, &InstalledRelease::installed);
    std::vector<std::string> names;
    auto left = releases.size();
    for (const auto& release : releases) {
        if (left <= kept)
            break;
        if (needed.contains(release.name))
            continue;
        names.push_back(release.name);
        --left;
    }
    return names;
}

static constexpr auto removal_mark = "REMOVED"; // in a release that is being taken away

// The list goes first: without it the directory is no release. The mark tells the next run that
// what is left is ours to finish.
static Result<> remove_release(Host& host, const std::string& name)
{
    const auto directory = Path{gvisor_directory} / name;
    TRY(host.write(directory / removal_mark, ""));
    TRY(host.remove(directory / gvisor_manifest));
    return host.remove(directory);
}

static Result<> finish_removals(Host& host)
{
    const auto names = host.list(gvisor_directory);
    if (!names)
        return names.is_absent() ? Result<>{done} : names.error();
    for (const auto& name : *names) {
        const auto directory = Path{gvisor_directory} / name;
        if (host.status(directory / removal_mark) &&
            host.status(directory / gvisor_manifest).is_absent())
            TRY(host.remove(directory));
    }
    return done;
}

Result<std::vector<std::string>> prune_releases(Host& host, std::set<std::string> needed,
                                                std::size_t kept)
{
    TRY(finish_removals(host));
    needed.insert(TRY(current_release(host)));
    needed.merge(releases_in_use(TRY(processes_of_gvisor(host))));
    const auto releases = TRY(installed_releases(host));
    auto gone = prunable(releases, needed, kept);
    for (const auto& name : gone)
        TRY(remove_release(host, name));
    return gone;
}

}
