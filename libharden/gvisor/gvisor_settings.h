#pragma once

#include "base/settings.h"
#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

enum class PlatformChoice { Automatic, Systrap, Kvm };

// rules/gvisor.toml with the site's file on top.
struct GvisorSettings {
    std::string releases_url;
    std::string archive;
    Path authorities;          // empty: the system's
    std::uint64_t at_most = 0; // bytes of an archive
    std::string manifest_url;  // an https address, a file, or empty
    std::vector<std::string> keys;
    std::size_t kept = 0; // releases
    PlatformChoice platform = PlatformChoice::Automatic;
};

Result<Setting> gvisor_settings_document(const Host& host);
Result<GvisorSettings> gvisor_settings_from(const Setting& document);

}
