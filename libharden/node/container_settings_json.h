#pragma once

#include "base/json_view.h"
#include "node/container_settings.h"

namespace harden {

// Of one container's inspect reply.
ContainerSettings container_settings_in(const JsonView& row);

}
