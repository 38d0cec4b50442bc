#pragma once

#include "base/result.h"
#include "system/xt_rule.h"

#include <functional>
#include <optional>

namespace harden {

// What we made so that DOCKER-USER is reached at all, where Docker makes none (IPv6 before 27).
// The comment of our jump keeps it, so that a removal takes away exactly that.
enum class Made { Nothing, Jump, ChainAndJump, TableChainAndJump };
std::string tag_of(Made made);
Made made_by(const XtRule& jump);

// One family's filter table, as far as it matters to us.
struct XtFilter {
    bool has_docker_user = false;
    bool is_hooked = false;   // FORWARD leads to DOCKER-USER without our help
    bool is_all_ours = false; // DOCKER-USER holds our rules and nothing else, and is not hooked
    Made made = Made::Nothing;
    XtCopy copy;
    bool operator==(const XtFilter&) const = default;
};

// Who lost our jump but kept our chain has still a chain that we made.
Made already_made(const XtFilter& filter);

struct XtWanted {
    XtFamily family = XtFamily::V4;
    XtCopy copy;           // empty: nothing of ours
    bool own_jump = false; // lead from FORWARD to DOCKER-USER, making what that needs
};

// A kernel interface that holds iptables' rules.
struct XtBackend {
    std::string name; // "iptables-nft"
    // None where the table is not live and looking would bring it to life.
    std::function<Result<std::optional<XtFilter>>(XtFamily)> look;
    std::function<Result<>(const std::vector<XtWanted>&)> write;
};

XtBackend nft_backend();
XtBackend legacy_backend();

// Our jump from FORWARD, tagged with what was made for it.
XtRule own_jump(Made made);
bool leads_to_docker_user(const XtRule& rule);

}
