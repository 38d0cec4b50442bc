#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// What an image was made of and what a container of it runs: GET /images/NAME/json and /history.
// All text is its maker's.
struct ImageDetails {
    std::string id;                   // "sha256:…"
    std::vector<std::string> digests; // "traefik@sha256:…"
    std::string user;
    std::string directory;
    std::vector<std::string> entrypoint;
    std::vector<std::string> command;
    std::vector<std::string> environment; // "NAME=value"
    std::vector<std::string> ports;       // "80/tcp"
    std::vector<std::string> volumes;
    std::vector<std::string> health_check; // "CMD-SHELL", "curl …"
    std::vector<std::string> on_build;     // instructions for those who build on it
    std::map<std::string, std::string, std::less<>> labels;
    std::vector<std::string> history; // what made each layer, the oldest first
};

inline constexpr std::size_t most_image_layers = 1'000; // of the history; older ones are left out

// Both replies of the engine; whatever is not what its API says is ErrorKind::Malformed.
Result<ImageDetails> parse_image_details(std::string_view image, std::string_view history);

}
