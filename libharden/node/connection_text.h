#pragma once

#include "node/meters.h"

namespace harden {

// One line of /proc/net/nf_conntrack. Malformed: it is not as the kernel writes it.
Result<Connection> parse_connection(std::string_view line);

}
