#pragma once

#include "base/result.h"
#include "node/ruleset.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// What a key of a set holds; concatenated keys hold several.
enum class Field { Interface, Address4, Address6, Port, Cgroup };
std::size_t size_of(Field field); // bytes in the kernel, network order but for Cgroup

// A closed interval of keys as the kernel's bytes, and the chain it leads to in a map.
struct SetElement {
    std::string first;
    std::string last;
    std::string chain;
    auto operator<=>(const SetElement&) const = default;
};

SetElement interface_element(std::string_view pattern); // "docker0", "br-*"
SetElement port_element(const PortRange& ports);
Result<SetElement> address_element(std::string_view network); // CIDR
SetElement cgroup_element(std::uint64_t id);
// One after the other, each padded to four bytes.
SetElement concatenated(const std::vector<SetElement>& fields);

// Sorted; what touches or overlaps and leads to the same chain is one.
std::vector<SetElement> merged(std::vector<SetElement> elements);
// The key after `key`; empty where there is none.
std::string successor(std::string key);

// As nft writes it: "10.0.0.0/8", "6660-6669", "25 : jump g_smtp".
std::string to_text(const SetElement& element, const std::vector<Field>& key);

}
