#pragma once

#include "node/host.h"

namespace harden {

inline constexpr auto default_docker_socket = "/run/docker.sock";

// The unix socket that a DOCKER_HOST value names; the default one where it is empty. Endpoints
// over a network are ErrorKind::Unsupported.
Result<Path> docker_socket_path(std::string_view docker_host);

// The API version for a daemon that speaks at most `daemons`: the lower of its and ours.
Result<std::string> negotiated_api_version(std::string_view daemons);

// Text as part of a request's path: what could end that part or begin another is %XX.
std::string in_target(std::string_view text);

// "repository" and "tag" of an image name; the tag is "latest" where there is none.
std::pair<std::string, std::string> image_name_parts(std::string_view name);

}
