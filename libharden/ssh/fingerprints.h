#pragma once

#include "node/host.h"
#include "ssh/authorized_keys.h"

namespace harden {

struct KeyPrint {
    std::string fingerprint; // "SHA256:…"
    int bits = 0;
};

// One for each key, in their order, as ssh-keygen says.
Result<std::vector<KeyPrint>> key_prints(const Host& host, const std::vector<AuthorizedKey>& keys);

}
