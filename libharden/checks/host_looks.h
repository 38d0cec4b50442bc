#pragma once

#include "checks/check.h"

namespace harden {

// What the host's checks ask, by subject.
Result<Outcome> upgrades_run(const Facts& facts);
Result<Outcome> clock_synchronised(const Facts& facts);
Result<Outcome> audited(const Facts& facts);
Result<Outcome> without_needless_services(const Facts& facts);
Result<Outcome> cloud_init_agrees(const Facts& facts);
Result<Outcome> system_supported(const Facts& facts);

Result<Outcome> containers_apart(const Facts& facts);
Result<Outcome> quota_enforced(const Facts& facts);
Result<Outcome> room_left(const Facts& facts);
Result<Outcome> temporary_mounts(const Facts& facts);
Result<Outcome> swap_safe(const Facts& facts);
Result<Outcome> journal_bounded(const Facts& facts);

Result<Outcome> root_accounts(const Facts& facts);
Result<Outcome> privileged_users(const Facts& facts);
Result<Outcome> root_owned(const Facts& facts);
Result<Outcome> privileged_files(const Facts& facts);
Result<Outcome> apparmor_enforces(const Facts& facts);

}
