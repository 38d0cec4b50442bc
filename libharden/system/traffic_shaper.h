#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace harden {

// Token-bucket shapers on devices of the network namespace of the calling thread. Ours are known
// by their handle; a device with another qdisc than the kernel's own is left alone.
Result<std::vector<std::string>> shaped_devices();
// Bits per second; 0: no shaper of ours.
Result<std::uint64_t> shaped_rate(const std::string& device);
// 0 removes ours, which brings the kernel's own qdisc back. Failed: there is another one.
Result<> shape(const std::string& device, std::uint64_t bits_per_second);

}
