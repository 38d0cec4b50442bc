#pragma once

#include "ssh/drop_in.h"
#include "ssh/key_login.h"

namespace harden {

// Takes out of `wanted` the RequiredRSASize that would refuse a key which lets somebody in now,
// where the policy spares keys; the notes say which.
Result<std::vector<std::string>> spare_keys(const Host& host, const SshPolicy& policy,
                                            const SshdSettings& before,
                                            std::vector<SshWanted>& wanted);

}
