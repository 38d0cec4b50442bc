#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

using Checksums = std::map<std::string, std::string, std::less<>>; // file to SHA-512

// One release for one machine, as somebody tried it and wrote it down.
struct KnownRelease {
    std::string number;  // "20261116.0"
    std::string machine; // "x86_64"
    std::string archive; // SHA-512
    Checksums files;     // of what is in it: "runsc", "gvisor-bin/gvisor_sentry"
};

struct ReleaseManifest {
    std::int64_t sequence = 0; // grows with every manifest that is published
    std::string issued;        // "2026-11-22"
    std::string latest;        // the release that "latest" means
    std::vector<KnownRelease> releases;
};

Result<ReleaseManifest> parse_manifest(std::string_view text, std::string_view file);

// A manifest with the signature that came with it.
struct SignedManifest {
    std::string text;
    std::string signature; // base64
    ReleaseManifest manifest;
};

// text, signature, public key, the last two in base64
using SignatureCheck =
    std::function<Result<>(std::string_view, std::string_view, std::string_view)>;

// Only what one of the keys signed is parsed at all.
Result<SignedManifest> trusted_manifest(std::string text, std::string signature,
                                        const std::vector<std::string>& keys,
                                        const SignatureCheck& check, std::string_view file);

// "20261116.0" out of "release-20261116.0", a distribution's "0.0~20261116.0" or what a person
// types.
std::string release_number(std::string_view name);

// The release that `asked` names, "latest" among them; NotFound with those that are known.
Result<KnownRelease> known_release(const ReleaseManifest& manifest, std::string_view asked,
                                   std::string_view machine);
const KnownRelease* with_archive(const ReleaseManifest& manifest, std::string_view sha512,
                                 std::string_view machine);
const KnownRelease* with_files(const ReleaseManifest& manifest, const Checksums& files,
                               std::string_view machine);

}
