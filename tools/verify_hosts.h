#pragma once

#include "report/report.h"
#include "system/ssh_command.h"

namespace harden {

// The reports of other machines, each made by the harden that is installed there, in the order of
// `hosts` ([USER@]HOST). `login` holds for all of them. A node that cannot be asked has a report
// with the problem; the hint goes to the operator.
std::vector<Report> reports_of(const std::vector<std::string>& hosts, const SshTarget& login,
                               const Command& arguments);

}
