#pragma once

#include "base/settings.h"
#include "dockerfile/line_patterns.h"
#include "dockerfile/scan_finding.h"
#include "dockerfile/word_search.h"
#include "node/host.h"

#include <array>
#include <memory>
#include <optional>
#include <set>

namespace harden {

inline constexpr auto site_scan_rules = "/etc/harden/scan.toml";

// What becomes of a word where it stands. Its order is that of the points in rules/scan.toml.
enum class ScanRole : std::uint8_t {
    Starts,    // the program of CMD, ENTRYPOINT, HEALTHCHECK or of a start command
    Runs,      // a program that a build's RUN starts
    Installs,  // what a package manager is told to install
    Fetches,   // an address that is downloaded or cloned
    Files,     // a file that is copied, moved, written or made
    Image,     // an image that it is built from or that a part is taken from
    Exposes,   // a port
    Settings,  // the value of ENV or ARG
    Arguments, // what another program is given
    Mentions   // printed, searched for, removed, a label or a comment
};
inline constexpr std::size_t scan_role_count = 10;
std::string_view name_of(ScanRole role);   // "starts", "runs", …
std::string_view told_role(ScanRole role); // "started by the container", …

struct ScanRule {
    std::string id; // "miner.program"
    std::string category;
    std::string what; // "a miner": who reads it asks what was found
    std::string remedy;
    ScanVerdict most = ScanVerdict::Reject; // its points lead no further
    std::vector<std::string> anywhere;      // words that mean it inside any other word too
    std::vector<std::string> names;         // of programs, packages, images: whole words; "exim4-*"
    std::vector<std::string> ports;         // "9001/tcp" or "51820"
    std::string pattern;                    // RE2, in one command's text; empty: none
    bool finds_wallets = false;
    bool is_seed_port = false; // strict_ports counts for it
    std::string kind;          // what no word tells: "piped-script", "frontend", "encoded"
    std::array<int, scan_role_count> points{};
    int alone = 0;                   // more where few packages are installed at all
    std::vector<std::string> unless; // names that, installed or run beside it, excuse it …
    int excused = 0;                 // … by so many points, once
    std::vector<std::string> good;   // texts in which it finds nothing that counts
    std::vector<std::string> bad;    // texts that it brings to its worst verdict
    std::string origin;              // "rules/scan.toml:12:1"

    int points_of(ScanRole role) const { return points[static_cast<std::size_t>(role)]; }
};

// The rules, ready for use.
struct ScanRules {
    std::vector<ScanRule> rules;
    int reject_from = 100; // points of one category in one file
    int review_from = 50;
    int few_packages = 4;
    bool strict_ports = false; // a port alone rejects, as document 003 has it
    std::set<std::string, std::less<>> usual_packages; // that tell nothing of what an image is for
    std::vector<std::string> excuses; // beside a name they make another thing of it: "exporter"
    std::vector<std::string> trusted_scripts; // hosts whose script may be piped into a shell

    // What a word of the search stands for; the same word may be there for several rules.
    struct Target {
        std::size_t rule = 0;
        std::string word;
        enum class Kind { Anywhere, Name, Excuse } kind = Kind::Anywhere;
        bool has_tail = false; // "exim4-*"
    };
    std::vector<Target> targets; // by the search's index of a word
    std::optional<WordSearch> search;
    LinePatterns patterns;

    const ScanRule* of_kind(std::string_view kind) const; // none: nullptr
};

Result<Setting> scan_settings(const Host& host); // rules/scan.toml with the site's file on top
Result<ScanRules> scan_rules_from(const Setting& document);
Result<ScanRules> scan_rules(const Host& host);

}
