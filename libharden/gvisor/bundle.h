#pragma once

#include "gvisor/manifest.h"
#include "node/host.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

using Digest = std::function<std::string(std::string_view bytes)>; // SHA-512, lower-case hex

// What says that a release is what it claims to be.
enum class Trust {
    Manifest,  // a signed manifest lists every file of it
    Checksum,  // a checksum that came with it: it arrived as it was sent
    Installed, // its files are as they were when it was installed here
    Nothing,
};
std::string_view name_of(Trust trust);

// One release of gVisor, checked and unpacked beside the place where it will live.
struct GvisorBundle {
    struct File {
        std::string name; // "runsc", "gvisor-bin/gvisor_sentry"
        std::string sha512;
    };
    std::string release;
    Path directory; // with the files in it
    std::vector<File> files;
    Trust trust = Trust::Checksum;
    Path scratch; // for the state of a trial run

    std::string manifest() const; // as sha512sum writes it
};

// A directory that goes away with its owner, also where an earlier owner was killed.
class Staging {
public:
    static Result<Staging> make(Host& host);
    Staging(Staging&& other) noexcept;
    Staging& operator=(Staging&&) = delete;
    ~Staging();

    const Path& path() const { return path_; }

private:
    Staging(Host& host, Path path);
    Host* host_;
    Path path_;
};

struct GvisorSource {
    Path from; // an archive, a loose runsc, or a directory of a release
    bool allow_unverified = false;
    const ReleaseManifest* manifest = nullptr; // where there is one, it alone decides
    const KnownRelease* wanted = nullptr;      // the release of it that this has to be
};

// Reads, verifies and unpacks a release into `staging`, and asks it for its name. What is no
// binary for this machine, is not in the manifest, or has no checksum, or a wrong one, is an Error.
Result<GvisorBundle> gvisor_bundle(Host& host, const GvisorSource& source, const Path& staging,
                                   const Digest& sha512);

// "x86_64", as uname says.
Result<std::string> machine_of(const Host& host);

}
