#pragma once

#include "base/result.h"

#include <string_view>

namespace harden {

// Whether `signature` is what the owner of the Ed25519 key `public_key` wrote under `text`. Both
// in base64: 64 bytes, and the key as `openssl pkey -pubout` prints it between BEGIN and END.
// Denied: it is not; Malformed: one of the two is no such thing.
Result<> check_signature(std::string_view text, std::string_view signature,
                         std::string_view public_key);

}
