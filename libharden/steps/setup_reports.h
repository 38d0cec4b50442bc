#pragma once

#include "node/host.h"
#include "report/report.h"

namespace harden {

// Files NAME.{json,sarif,xml,html}; the answer is what to tell the operator of them.
Result<std::string> write_reports(Host& here, const Path& directory, std::string_view name,
                                  const std::vector<Report>& reports);

// "harden-HOST" and, of several hosts together, "setup-summary", which no host's file is called.
std::string report_name(std::string_view node);
inline constexpr auto summary_name = "setup-summary";

}
