#pragma once

#include "node/docker.h"

namespace harden {

// Replies of the Docker Engine API. Whatever is not what the API says is ErrorKind::Malformed; a
// field that is absent or null stays at its default.
Result<DockerInfo> parse_docker_info(std::string_view info, std::string_view version);
Result<std::vector<Container>> parse_containers(std::string_view reply);
Result<ContainerDetails> parse_container_details(std::string_view reply);
Result<std::vector<DockerNetwork>> parse_networks(std::string_view reply);
Result<std::vector<ImageSummary>> parse_images(std::string_view reply);

// Requests and replies of a container that runs once.
std::string container_request(const RunOnce& wanted);
Result<std::string> parse_container_id(std::string_view reply);
Result<int> parse_exit_status(std::string_view reply);

// POST /images/create answers 200 before it begins: whether it failed stands in its last lines.
Result<> parse_import_progress(std::string_view reply);

// What a reply with an error status complains about, safe to print.
std::string complaint_of(std::string_view reply);

// The text in a log stream whose frames carry an eight-byte header each; what there is of a frame
// that was cut off counts. At most `limit` bytes.
std::string demultiplexed(std::string_view stream, std::size_t limit);

}
