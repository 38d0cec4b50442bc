#pragma once

#include "dockerfile/glob.h"

#include <memory>

namespace harden {

inline constexpr std::size_t longest_ignore_file = 1
                                                   << 20; // bytes; what is longer is cut off there
inline constexpr std::size_t most_ignore_rules = 10'000;

// What .gitignore files say, from the top of a tree down to one folder. A value: folders beside
// each other do not see each other's.
class GitIgnore {
public:
    // With the text of one more .gitignore, that of `folder` below the top; "" is the top itself.
    GitIgnore with(std::string_view text, std::string_view folder) const;

    // Of a path below the top, whose folders are not ignored themselves.
    bool is_ignored(std::string_view path, bool is_folder) const;
    // The same with the folders above it asked as well.
    bool is_within_ignored(std::string_view path, bool is_folder) const;

private:
    struct Rule {
        Glob glob;
        bool includes;     // "!": ignored by what stands above, and yet not
        bool folders_only; // "name/"
        bool by_name;      // without a slash: the name alone, in any folder below
    };
    struct File {
        std::string folder;
        std::vector<Rule> rules;
        std::shared_ptr<const File> above;
    };
    static void read_line(std::string_view line, std::vector<Rule>& rules);
    std::shared_ptr<const File> lowest_;
};

// What a .dockerignore says, by Docker's own rules: all patterns begin at the context's top, a
// pattern that matches a folder counts for what is in it, and the last one that matches decides.
class DockerIgnore {
public:
    explicit DockerIgnore(std::string_view text);
    bool is_ignored(std::string_view path) const;
    // Whether something below an ignored folder may be included again.
    bool has_exceptions() const { return has_exceptions_; }

private:
    struct Rule {
        Glob glob;
        bool includes;
    };
    std::vector<Rule> rules_;
    bool has_exceptions_ = false;
};

}
