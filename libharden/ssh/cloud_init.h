#pragma once

#include "node/host.h"

#include <optional>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto cloud_init_drop_in = "/etc/cloud/cloud.cfg.d/99-harden.cfg";

// What keeps cloud-init from letting passwords in again; none where there is no cloud-init.
std::optional<std::string> cloud_init_text(const Host& host);

// Files of cloud-init that are read after ours and say ssh_pwauth themselves.
Result<std::vector<std::string>> later_cloud_settings(const Host& host);

}
