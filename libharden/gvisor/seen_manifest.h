#pragma once

#include "gvisor/gvisor_settings.h"
#include "gvisor/manifest.h"
#include "node/download.h"

namespace harden {

inline constexpr auto seen_manifest_file = "/var/lib/harden/gvisor/releases.signed";

// What the library cannot do itself.
struct GvisorTools {
    std::function<std::string(std::string_view)> sha512; // lower-case hex
    SignatureCheck check;
    Downloader download;
};

// The manifest that this node has accepted last; NotFound: none yet.
Result<SignedManifest> seen_manifest(const Host& host, const GvisorSettings& settings,
                                     const SignatureCheck& check);

enum class Reach { Local, Network };
// The manifest in force: what `manifest.url` has now, or the one that was accepted last. One that
// is older than that, or another one under its number, is an Error: somebody hides releases.
// NotFound: no key is configured, or there is none. Fetched into `scratch`.
Result<SignedManifest> manifest_in_force(const Host& host, const GvisorSettings& settings,
                                         const GvisorTools& tools, const Path& scratch,
                                         Reach reach);

// Keeps it, so that no older one is accepted from now on. Written only where it is newer.
Result<> remember_manifest(Host& host, const GvisorSettings& settings, const SignatureCheck& check,
                           const SignedManifest& manifest);

}
