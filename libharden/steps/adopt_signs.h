#pragma once

#include "node/ruleset.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace harden {

// What the shell scripts that hardened nodes before us are known by.

struct OldScript {
    std::string_view name;     // of its file
    std::string_view telltale; // in its text
    std::string_view successor;
    bool is_run_by_node = false; // by cron or at the boot
};
std::span<const OldScript> old_scripts();

inline constexpr auto old_script_directory = "/root"; // where they are copied to
inline constexpr std::string_view docker_user_chain = "DOCKER-USER";

// A rule of DOCKER-USER without its "-A DOCKER-USER": it closes one port, one destination or both
// to everybody, says nothing else, and `policy` closes the same.
bool is_old_rule(std::string_view specification, const Ruleset& policy);

// The rules of DOCKER-USER in what iptables-save printed or netfilter-persistent saved, in order.
std::vector<std::string> docker_user_rules(std::string_view saved);

// The path that a line of a crontab, or of a script run at the boot, has a shell or the kernel
// run, where it runs one of the scripts and nothing else; else empty.
enum class LineOf { RootCrontab, SystemCrontab, Script };
std::string_view old_script_run_by(std::string_view line, LineOf where);
// Names one of them, whatever else it does.
bool mentions_old_script(std::string_view line);

// A line of a script run at the boot: iptables adds such a rule, and nothing else is done.
bool adds_old_rule(std::string_view line, const Ruleset& policy);

// The text without the lines that `is_old` picks; the others byte for byte.
std::string without_lines(std::string_view text,
                          const std::function<bool(std::string_view line)>& is_old);

}
