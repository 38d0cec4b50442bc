#pragma once

#include "node/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace harden {

enum class XtFamily { V4, V6 };
inline constexpr XtFamily xt_families[] = {XtFamily::V4, XtFamily::V6};
std::string name_of(XtFamily family); // "ip", "ip6"

// A match or target of xtables: the kernel's own struct as bytes, padded to eight.
struct XtBlock {
    std::string name;
    std::uint8_t revision = 0;
    std::vector<std::uint8_t> info;
    bool operator==(const XtBlock&) const = default;
};

// A rule as legacy tables and nft's compat expressions both hold it.
struct XtRule {
    std::string in; // interface; a prefix ends in "+"
    std::string out;
    std::optional<Network> source;
    std::optional<Network> destination;
    std::uint8_t protocol = 0; // 0: any
    std::vector<XtBlock> matches;
    std::string verdict; // "RETURN" or a chain; empty where there is a target
    std::optional<XtBlock> target;
    bool is_foreign = false; // holds something that no rule of ours has
    bool operator==(const XtRule&) const = default;
};

struct XtChain {
    std::string name;
    std::vector<XtRule> rules;
    bool operator==(const XtChain&) const = default;
};

// Our copy in one family's filter table: tagged rules at the head of DOCKER-USER, and our chains.
struct XtCopy {
    std::vector<XtRule> tagged;
    std::vector<XtChain> chains; // a chain stands before those that jump to it
    bool operator==(const XtCopy&) const = default;
};

inline constexpr auto filter_table = "filter";
inline constexpr auto forward_chain = "FORWARD";
inline constexpr auto docker_user_chain = "DOCKER-USER";
inline constexpr std::string_view our_chains = "HARDEN-"; // how their names begin
inline constexpr std::string_view our_tag = "harden:";    // how our comments begin

// The comment that a rule carries; empty where it has none.
std::string comment_of(const XtRule& rule);
bool is_ours(const XtRule& rule);
// As iptables would spell it; blocks that are never ours by their name alone.
std::string to_text(const XtRule& rule);

}
