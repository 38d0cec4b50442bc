#pragma once

#include "node/host.h"

namespace harden {

// dockerd's command line as its systemd unit gives it, drop-ins included, with what stands in the
// unit's environment and environment files ($DOCKER_OPTS of /etc/default/docker) put in. Empty
// where there is no such unit.
Command unit_command(const Host& host);

}
