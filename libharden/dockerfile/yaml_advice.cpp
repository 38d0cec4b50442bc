#include "dockerfile/yaml_advice.h"

#include "base/text.h"

#include <array>

namespace harden {

namespace {

struct Known {
    std::string_view complaint; // of the library, or a part of it
    std::string_view message;
    std::string_view remedy;
};

constexpr std::array<Known, 6> known_ones{{
    {"mapping values are not allowed", "a value has \": \" in it", "put the value in quotes"},
    {"could not find expected ':'", "a key has no \":\" after it", "write KEY: VALUE"},
    {"did not find expected", "the indentation or a bracket does not fit what stands above it",
     "indent what belongs together by the same spaces"},
    {"unexpected end of stream", "a quote is not closed", "close it"},
    {"unknown escape character", "in double quotes a backslash begins an escape, and this is none",
     "write \\\\, or use single quotes"},
    {"block sequence entries are not allowed", "a list begins where none may",
     "begin it on a line of its own"},
}};

}

YamlAdvice yaml_advice(std::string_view complaint, std::string_view letter)
{
    if (complaint.find("cannot start any token") != std::string_view::npos) {
        if (letter == "\t")
            return {"a tab stands where YAML allows spaces only", "indent with spaces"};
        return {cat("a value cannot begin with ", escaped(letter)), "put the value in quotes"};
    }
    for (const auto& known : known_ones)
        if (complaint.find(known.complaint) != std::string_view::npos)
            return {std::string{known.message}, std::string{known.remedy}};
    return {std::string{complaint}, {}};
}

}
