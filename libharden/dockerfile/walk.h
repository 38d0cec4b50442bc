#pragma once

#include "node/host.h"

namespace harden {

inline constexpr std::size_t deepest_walk = 64;
inline constexpr std::size_t most_walked = 2'000'000; // names looked at

struct FoundFile {
    std::string path; // as the path that was given, and what is below it
    std::string kind; // "dockerfile", "compose"
};
struct WalkProblem {
    std::string path;
    std::string message;
};
struct Found {
    std::vector<FoundFile> files; // in the order of their names
    std::vector<WalkProblem> problems;
};

enum class Ignored : std::uint8_t { Skip, Take }; // what .gitignore files say

// The Dockerfiles and compose files below a path; the path itself where it is a file, whatever its
// name. Links are not followed, and .git is not looked into. The .gitignore files that count are
// those of the path and below it.
Found find_scannable(const Host& host, const std::string& path, Ignored ignored);

// "dockerfile" or "compose" by a file's name; empty for any other.
std::string_view kind_of(std::string_view file_name);

}
