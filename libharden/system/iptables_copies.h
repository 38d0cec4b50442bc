#pragma once

#include "node/firewall.h"
#include "system/xt_backend.h"

#include <functional>

namespace harden {

// The tagged copies in DOCKER-USER of every back end that has one. Where a back end has none,
// nothing of ours shall be there.
class IptablesCopies {
public:
    IptablesCopies();

    Result<std::vector<std::string>> backends() const;
    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const;
    Result<> replace(const Ruleset& wanted);

private:
    std::vector<XtBackend> all_;
};

}
