#pragma once

#include "node/host.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

inline constexpr auto sshd_config_file = "/etc/ssh/sshd_config";
inline constexpr auto sshd_drop_in_file = "/etc/ssh/sshd_config.d/00-harden.conf";

// One line of sshd_config that is neither empty nor a comment.
struct SshdDirective {
    std::string file;
    int line = 0;     // 1-based
    std::string name; // in lower case
    std::vector<std::string> arguments;
    bool is_conditional = false;        // below a Match, also one around the Include of its file
    std::vector<std::string> enclosing; // words of the Match lines around that Include
};
std::string position_of(const SshdDirective& directive); // "/etc/ssh/sshd_config:12"

// Splits as sshd does: keyword, then arguments separated by blanks or one '=', with quotes.
std::vector<SshdDirective> parse_sshd_config(std::string_view text, std::string_view file);

// Everything that sshd reads, with Include resolved, in the order in which it is read. Includes
// nest at most 16 deep, as in sshd.
Result<std::vector<SshdDirective>> read_sshd_config(const Host& host);

// Files that an Include pattern names, in the order in which sshd reads them.
Result<std::vector<Path>> included_files(const Host& host, std::string_view pattern);
bool is_included(std::string_view pattern, const Path& file);

// Where a drop-in of ours is, or would be, read.
enum class IncludePlace { Missing, Early, AfterMatch };
struct DropInPlace {
    IncludePlace place = IncludePlace::Missing;
    std::string position; // of the Include, or of the Match before it
};
DropInPlace place_of_drop_in(const std::vector<SshdDirective>& main_file);

// sshd_config as it is with the Include that a missing drop-in directory needs as its first line.
std::string with_include(std::string_view main_text);

// One text that says what the files say, with `drop_in` in the place of our own file; empty: as
// if ours were not there.
Result<std::string> rehearsal_text(const Host& host, std::string_view drop_in);

}
