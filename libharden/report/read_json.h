#pragma once

#include "report/report.h"

namespace harden {

// What `verify --format json` printed, here or on another machine: foreign text, read strictly.
// Fields that nobody knows are passed over, since a newer one may tell more.
Result<Report> parse_report(std::string_view text); // schema harden.verify/1
// The same, or several of them: schema harden.verify-nodes/1.
Result<std::vector<Report>> parse_reports(std::string_view text);

}
