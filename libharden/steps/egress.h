#pragma once

#include "egress/policy.h"
#include "steps/egress_units.h"
#include "steps/step.h"

namespace harden {

struct EgressOptions {
    Path site_file = egress_site_file;
    SiteFile site_file_presence = SiteFile::MayBeAbsent;
    std::string program = egress_program; // what the units and an undo run
};

// The policy in the kernel, its record on the disk, and the units that keep it there.
Step egress_step(const EgressOptions& options = {});
// Nothing of it.
Step egress_removal_step(const EgressOptions& options = {});

// The kernel as the record says: the recorded rules, or none where there is no record.
Result<> restore_egress(Node& node);

}
