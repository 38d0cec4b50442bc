#pragma once

#include "checks/check.h"

namespace harden {

// What a canary tells of the sandbox, each row's look().
namespace gvisor_probe {
Result<Outcome> sandboxed(const Facts& facts);
Result<Outcome> sandbox_process(const Facts& facts);
Result<Outcome> syscall_surface(const Facts& facts);
Result<Outcome> name_resolution(const Facts& facts);
Result<Outcome> resource_limits(const Facts& facts);
}

// What the runtimes are told to do.
namespace gvisor_settings_rows {
Result<Outcome> safe_flags(const Facts& facts);
Result<Outcome> netstack(const Facts& facts);
Result<Outcome> platform(const Facts& facts);
Result<Outcome> overlay_medium(const Facts& facts);
Result<Outcome> gpu_restricted(const Facts& facts);
}

// What lies on the disk.
namespace gvisor_files {
Result<Outcome> official_release(const Facts& facts);
Result<Outcome> sidecars(const Facts& facts);
Result<Outcome> default_runtime_persisted(const Facts& facts);
Result<Outcome> host_settings(const Facts& facts);
Result<Outcome> previous_release(const Facts& facts);
}

}
