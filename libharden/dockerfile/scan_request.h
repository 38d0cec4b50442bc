#pragma once

#include "dockerfile/container_request.h"
#include "dockerfile/scan_judge.h"

namespace harden {

// What a compose service or a `docker run` line says by its image, command, environment and ports.
// Places are offsets in the request's source.
void add_request(ScanJudge& judge, const ContainerRequest& request, const ScanRules& rules);

}
