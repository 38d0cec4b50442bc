#pragma once

#include "egress/own_table.h"
#include "system/nft_socket.h"

#include <map>
#include <string>
#include <vector>

struct nftnl_rule;

namespace harden {

// What makes two sets of nf_tables the same set: numbers of the kernel and of nft.
struct SetDefinition {
    std::uint32_t flags = 0;
    std::uint32_t key_type = 0; // nft's number of the type, six bits a field
    std::uint32_t key_size = 0; // bytes
    std::uint32_t data_type = 0;
    std::uint64_t timeout_ms = 0;
    std::uint32_t size = 0;
    bool operator==(const SetDefinition&) const = default;
};
SetDefinition definition_of(const TableSet& set);

struct ChainView {
    bool is_base = false;
    std::uint32_t hook = 0;
    std::int32_t priority = 0;
    std::uint32_t policy = 0;
    std::vector<std::string> rules; // as expressions_of() prints them
};

struct SetView {
    SetDefinition definition;
    std::vector<SetElement> elements; // sorted; of static sets only
};

struct CounterView {
    std::uint64_t packets = 0;
};

// The table as the kernel holds it.
struct OwnTableView {
    bool exists = false;
    std::map<std::string, ChainView, std::less<>> chains;
    std::map<std::string, SetView, std::less<>> sets;
    std::map<std::string, CounterView, std::less<>> counters;
};
Result<OwnTableView> view_own_table(NftSocket& socket);

// Packets by sender, of one dynamic set.
Result<std::vector<std::pair<std::string, std::uint64_t>>> view_sources(NftSocket& socket,
                                                                        const std::string& set);

// A rule as libnftnl prints it, without what packets change: two that print the same are the same.
std::string expressions_of(const nftnl_rule& rule);

}
