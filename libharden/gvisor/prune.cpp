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

// The list goes first: without it the directory is no release, and the next run takes it away.
static Result<> remove_release(Host& host, const std::string& name)
{
    const auto directory = Path{gvisor_directory} / name;
    TRY(host.remove(directory / gvisor_manifest));
    return host.remove(directory);
}

Result<std::vector<std::string>> prune_releases(Host& host, std::set<std::string> needed,
                                                std::size_t kept)
{
    needed.insert(TRY(current_release(host)));
    needed.merge(releases_in_use(TRY(processes_of_gvisor(host))));
    const auto releases = TRY(installed_releases(host));
    auto gone = prunable(releases, needed, kept);
    for (const auto& name : gone)
        TRY(remove_release(host, name));
    return gone;
}

}
