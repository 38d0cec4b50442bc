#pragma once

#include "node/docker.h"
#include "node/host.h"

#include <chrono>
#include <memory>

namespace harden {

// The Docker Engine behind a unix socket, reached as its own client does: `docker_host`, else
// DOCKER_HOST, else /run/docker.sock. Nothing is opened before the first question.
// A tcp endpoint is ErrorKind::Unsupported here. A question is TimedOut after `patience`. Several
// threads may ask.
std::unique_ptr<Docker> docker_socket(std::string docker_host = {},
                                      std::chrono::milliseconds patience = std::chrono::seconds{
                                          30});

// The socket that `docker_host`, DOCKER_HOST or the default names.
Result<Path> docker_socket_file(const std::string& docker_host);

}
