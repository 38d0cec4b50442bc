#pragma once

#include "node/host.h"

#include <string>

namespace harden {

// The DNS proxy's unit, running and enabled; or neither, and gone where we wrote it.
Result<> install_dns_unit(Host& host, const std::string& program);
Result<> uninstall_dns_unit(Host& host);

}
