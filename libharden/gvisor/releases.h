#pragma once

#include "gvisor/bundle.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace harden {

// A release that is whole on this node: its list of files is there, which is written last and
// removed first.
struct InstalledRelease {
    std::string name; // "release-20261116.0": its directory
    std::chrono::system_clock::time_point installed;
    Checksums files;
};
Result<std::vector<InstalledRelease>> installed_releases(const Host& host); // by name

// Files of it that are missing or not as installed.
Result<std::vector<std::string>> changed_files(const Host& host, const InstalledRelease& release,
                                               const Digest& sha512);

// An installed release as a bundle that needs no copying; an Error where a file of it was changed.
// `asked` is its name or its number.
Result<GvisorBundle> kept_bundle(const Host& host, std::string_view asked, const Digest& sha512);
// The same for the release with exactly these files; nothing where there is none, or none whole.
Result<std::optional<GvisorBundle>> kept_bundle_with(const Host& host, const Checksums& files,
                                                     const Digest& sha512);

}
