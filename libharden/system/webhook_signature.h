#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace harden {

// What `webhook-signature` says of a message: "v1,BASE64", one for each of the secrets, which stand
// one a line as "whsec_BASE64" (24 to 64 bytes). Malformed: there is none, or one is no such
// secret; the message never quotes it.
Result<std::string> webhook_signature(std::string_view secrets, std::string_view id,
                                      std::string_view timestamp, std::string_view body);

}
