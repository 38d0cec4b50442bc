#include "dockerfile/command_roles.h"

#include "dockerfile/command_reader.h"
#include "dockerfile/decode.h"

#include <utility>

namespace harden {

TextRange TextAnchor::of(std::uint32_t word_begin, std::uint32_t word_end) const
{
    if (end)
        return {begin, *end};
    return {begin + word_begin, begin + word_end};
}

void add_shell_text(RoledCommands& to, std::string_view text, ScanRole program_role,
                    Variables& variables, const TextAnchor& anchor,
                    std::span<const std::string> trusted)
{
    CommandReader{to, variables, program_role, trusted}.read_text(text, anchor);
}

void add_arguments(RoledCommands& to, std::vector<CommandWord> words, ScanRole program_role,
                   Variables& variables, const TextAnchor& anchor,
                   std::span<const std::string> trusted)
{
    CommandReader{to, variables, program_role, trusted}.read_one({.words = std::move(words)},
                                                                 anchor);
}

std::string program_name(std::string_view path)
{
    auto name = fold(path.substr(path.rfind('/') + 1));
    // xmrig-6.21.0, but no "minerd2"
    for (auto at = name.find_first_of("-_"); at != std::string::npos;
         at = name.find_first_of("-_", at + 1)) {
        const auto digits = at + 1 < name.size() && name[at + 1] == 'v' ? at + 2 : at + 1;
        if (digits < name.size() && name[digits] >= '0' && name[digits] <= '9')
            return name.substr(0, at);
    }
    return name.ends_with(".exe") ? name.substr(0, name.size() - 4) : name;
}

std::string package_name(std::string_view text)
{
    auto name = fold(text);
    const auto end = name.find_first_of("=<>~@[:;", 1);
    return name.substr(0, end);
}

}
