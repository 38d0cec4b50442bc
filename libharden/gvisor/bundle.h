#pragma once

#include "node/host.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

using Digest = std::function<std::string(std::string_view bytes)>; // SHA-512, lower-case hex

// One release of gVisor, checked and unpacked beside the place where it will live.
struct GvisorBundle {
    struct File {
        std::string name; // "runsc", "gvisor-bin/gvisor_sentry"
        std::string sha512;
    };
    std::string release;
    Path directory; // with the files in it
    std::vector<File> files;
    bool is_verified = true;

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
};

// Reads, verifies and unpacks a release into `staging`, and asks it for its name. What is no
// binary for this machine, or has no checksum, or a wrong one, is an Error.
Result<GvisorBundle> gvisor_bundle(Host& host, const GvisorSource& source, const Path& staging,
                                   const Digest& sha512);

}
