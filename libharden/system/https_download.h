#pragma once

#include "node/download.h"

namespace harden {

// Fetches over TLS with the server's certificate checked. A connection that breaks is taken up
// again where it ended, a few times, and by the next call.
Result<Fetched> https_download(const Download& wanted);

}
