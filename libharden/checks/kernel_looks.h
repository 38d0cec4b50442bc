#pragma once

#include "checks/check.h"

namespace harden {

// What the kernel's checks ask beyond single settings.
Result<Outcome> newest_runs(const Facts& facts);
Result<Outcome> escapes_closed(const Facts& facts);
Result<Outcome> user_namespaces_restricted(const Facts& facts);
Result<Outcome> modules_limited(const Facts& facts);
Result<Outcome> lockdown_on(const Facts& facts);
Result<Outcome> core_dumps_run_nothing(const Facts& facts);
Result<Outcome> helpers_are_roots(const Facts& facts);
Result<Outcome> advertisements_right(const Facts& facts);
Result<Outcome> processor_mitigated(const Facts& facts);
Result<Outcome> settings_persist(const Facts& facts);

}
