#include "node/docker_endpoint.h"
#include "node/docker_json.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

// Every parser of a daemon's reply takes the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    (void)parse_docker_info(text, text);
    (void)parse_containers(text);
    (void)parse_container_details(text);
    (void)parse_networks(text);
    (void)parse_image_details(text, text);
    (void)parse_container_id(text);
    (void)parse_exit_status(text);
    (void)parse_import_progress(text);
    (void)complaint_of(text);
    (void)demultiplexed(text, 4096);
    (void)negotiated_api_version(text);
    (void)docker_socket_path(text);
    return 0;
}
