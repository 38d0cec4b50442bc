#pragma once

#include "dockerfile/scan_rules.h"
#include "dockerfile/shell_commands.h"

#include <string>
#include <vector>

namespace harden {

// A word of a command, or a whole text, with what becomes of it and where it stands.
struct RoledWord {
    std::string text;
    ScanRole role = ScanRole::Mentions;
    TextRange place;
};

// Something that no word tells: "piped-script", "encoded". `text` is what is run.
struct RoledDeed {
    std::string_view kind;
    ScanRole role = ScanRole::Runs;
    std::string text;
    TextRange place;
};

struct RoledCommands {
    std::vector<RoledWord> words;
    std::vector<RoledDeed> deeds;
    std::vector<RoledWord> lines; // each command as one line, for a site's patterns
};

// Where a text stands: words of it at their own places, or, where it was put together, all of them
// at the place of what it came from.
struct TextAnchor {
    std::uint32_t begin = 0;
    std::optional<std::uint32_t> end; // none: offsets in the text count from `begin`
    TextRange of(std::uint32_t word_begin, std::uint32_t word_end) const;
};

// What a shell would do with the text, as roles of its words: `program_role` (Starts or Runs) is
// that of the programs it starts. Scripts in it (sh -c, eval, what echo writes into a script) are
// read as well, at most eight deep. `trusted`: hosts whose script may be piped into a shell.
void add_shell_text(RoledCommands& to, std::string_view text, ScanRole program_role,
                    Variables& variables, const TextAnchor& anchor,
                    std::span<const std::string> trusted);
// The same for a program with its arguments, as in the JSON form.
void add_arguments(RoledCommands& to, std::vector<CommandWord> words, ScanRole program_role,
                   Variables& variables, const TextAnchor& anchor,
                   std::span<const std::string> trusted);

// The part after the last slash, in lower case, without a version at its end.
std::string program_name(std::string_view path);
// "tor=0.4.8-r1", "tor@edge", "requests[socks]>=2": the package's name in lower case.
std::string package_name(std::string_view text);

}
