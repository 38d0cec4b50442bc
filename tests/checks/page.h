#pragma once

#include "checks/check.h"

namespace harden::test {

// docs/checks.md. `ids`: docs/check-ids.md, of which every row is accounted for; `reasons`:
// docs/checks-not-built.md, why some are not built. Malformed where a row has neither.
Result<std::string> checks_page(const std::vector<Check>& checks, std::string_view ids,
                                std::string_view reasons);

// docs/checks-not-built.md less the rows that have been built.
std::string without_built(std::string_view reasons, const std::vector<Check>& checks);

}
