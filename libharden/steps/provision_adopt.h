#pragma once

#include "steps/provision_steps.h"

namespace harden {

// What shell scripts left on a node, as far as its facts tell: "root's crontab runs …". Beside
// these pieces our own would be there twice.
std::vector<std::string> older_pieces(const NodeFacts& facts);

// Where `steps` would put our own beside such pieces and not in their place: an error that says so.
Result<> check_adoption(const NodeFacts& facts, const std::vector<ProvisionStep>& steps);

// In the place of what those scripts left, our policy and our detector: one transaction.
ProvisionStep adopt_step_there();

}
