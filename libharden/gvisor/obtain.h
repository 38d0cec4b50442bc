#pragma once

#include "gvisor/bundle.h"
#include "gvisor/seen_manifest.h"

#include <optional>
#include <string>

namespace harden {

struct GvisorAsked {
    std::string from;    // a path or an https address
    std::string release; // "latest", "20261116.0"
    bool allow_unverified = false;
};

struct Obtained {
    GvisorBundle bundle;
    std::optional<SignedManifest> manifest; // that vouches for it
};

// The release that was asked for, verified and at hand: fetched if it has to be, from where it is
// kept if it is installed. Nothing of the node is changed but the cache of downloads.
Result<Obtained> obtain(Host& host, const GvisorAsked& asked, const GvisorSettings& settings,
                        const GvisorTools& tools, const Path& staging);

// Downloads that are no longer needed.
Result<> forget_downloads(Host& host);

}
