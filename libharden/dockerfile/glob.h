#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

inline constexpr std::size_t longest_glob = 1024; // bytes; what is longer matches nothing

// A pattern of paths: "*" and "?" within one name, "[a-z]", "\" before a letter that is itself, and
// "**" for any number of folders. Matches in time of the pattern times the path, whatever they are.
class Glob {
public:
    // Git: "**" means more than "*" only between slashes or at the ends. Docker: everywhere.
    enum class Syntax : std::uint8_t { Git, Docker };
    Glob(std::string_view pattern, Syntax syntax);

    bool matches(std::string_view path) const;

private:
    enum class Kind : std::uint8_t { Letter, AnyInName, StarInName, OneOf, Anything, Folders };
    struct Part {
        Kind kind;
        char letter;           // of Letter
        std::uint32_t letters; // of OneOf: its place in sets_
    };
    void read_stars(std::string_view pattern, std::size_t& at, Syntax syntax);
    bool read_set(std::string_view pattern, std::size_t& at);
    void read_letter(char letter);
    std::size_t spread(std::vector<bool>& states, std::size_t from, bool begins_name) const;
    bool takes(const Part& part, char letter) const;

    std::vector<Part> parts_;
    std::vector<std::bitset<256>> sets_;
    std::string literal_; // the whole of it where nothing in it is special
    bool is_literal_ = true;
    bool is_valid_ = true;
};

}
