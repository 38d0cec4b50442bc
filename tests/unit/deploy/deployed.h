#pragma once

#include "base/text.h"
#include "dockerfile/yaml.h"
#include "support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace harden::test {

inline std::string deployed_text(const std::filesystem::path& name)
{
    std::ifstream file{std::filesystem::path{HARDEN_SOURCE "/deploy"} / name};
    INFO(name);
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The value of a key of a mapping.
inline const YamlNode& at(const YamlNode& mapping, const std::string& key)
{
    for (const auto& [name, value] : mapping.entries)
        if (name->text == key)
            return *value;
    FAIL("there is no " << key);
    return mapping;
}

inline bool has(const YamlNode& mapping, const std::string& key)
{
    return std::ranges::any_of(mapping.entries,
                               [&](const auto& entry) { return entry.first->text == key; });
}

inline YamlDocuments deployed_yaml(const std::filesystem::path& name)
{
    auto documents = parse_yaml(deployed_text(name));
    INFO(name);
    REQUIRE(documents.problems.empty());
    REQUIRE(!documents.roots.empty());
    return documents;
}

}
