#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// The part of Docker's version that decides which keys it knows.
struct DockerVersion {
    int major = 0;
    int minor = 0;
    auto operator<=>(const DockerVersion&) const = default;
};

// "20.10.24+dfsg1", "v28.5" or "29": what follows the second number does not count.
std::optional<DockerVersion> docker_version(std::string_view text);
std::string to_text(DockerVersion version); // "28.5"

}
