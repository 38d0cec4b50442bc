#pragma once

#include "node/ruleset.h"
#include "system/xt_rule.h"

#include <string_view>

namespace harden {

XtBlock xt_comment(std::string_view text);
XtBlock xt_ports(std::uint8_t protocol, const PortRange& destination);
XtBlock xt_reply_direction();
XtBlock xt_limit(std::uint32_t per_second, std::uint32_t burst);
XtBlock xt_nflog(std::uint16_t group, std::string_view prefix);
XtBlock xt_tcp_reset(XtFamily family);
XtBlock xt_prohibited(XtFamily family);

// What a block says, where it is one of those above: "--dport 25", "harden:smtp".
std::optional<PortRange> ports_of(const XtBlock& block);
std::optional<std::string> comment_in(const XtBlock& block);

}
