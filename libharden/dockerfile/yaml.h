#pragma once

#include "dockerfile/container_request.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace harden {

inline constexpr std::size_t longest_yaml = 1 << 20; // bytes
inline constexpr std::size_t deepest_yaml = 64;      // aliases counted as what they stand for
inline constexpr std::size_t most_yaml_nodes = 100'000;

// One value of a YAML document. An alias is the value that it stands for, once more: a document is
// a tree with shared branches, and never goes in circles.
struct YamlNode {
    enum class Kind : std::uint8_t { Scalar, Sequence, Mapping };
    using Entry = std::pair<const YamlNode*, const YamlNode*>;

    Kind kind = Kind::Scalar;
    bool is_quoted = false; // a scalar that says "null" in quotes is that word
    std::string text;       // of a scalar
    std::string tag;        // "!reset"; empty where there is none
    std::size_t offset = 0; // in the source, in bytes
    std::size_t depth = 1;  // of what is in it, with itself
    std::vector<const YamlNode*> items;
    std::vector<Entry> entries; // in the order of the source, keys as they are written

    bool is_null() const;
};

struct YamlDocuments {
    std::deque<YamlNode> nodes; // stay where they are
    std::vector<const YamlNode*> roots;
    std::vector<SourceProblem> problems;
};

// Every document of a text, up to the first thing in it that is no YAML. Bounded in time and
// memory by the limits above; what goes beyond one is a problem.
YamlDocuments parse_yaml(std::string_view source);

}
