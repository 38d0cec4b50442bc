#pragma once

#include "dockerfile/dockerfile.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

enum class ScanVerdict { Pass, Review, Reject };
std::string_view name_of(ScanVerdict verdict); // "pass", "review", "reject"

// One thing that a rule found. `text` is what stands in the file, `decoded` what it says once
// disguises are undone; both are somebody else's words.
struct ScanFinding {
    std::string rule;     // "miner.program"
    std::string category; // "miner", "vpn", "tor", "torrent", "mail", "attack", "opaque", "limits"
    ScanVerdict verdict = ScanVerdict::Review; // what it comes to by itself
    std::string role;                          // "runs", "installs", "exposes", "image", "mentions"
    FilePlace place;
    std::string text;
    std::string decoded; // empty where it is what stands there
    std::string message; // a sentence: what was found and in which role
    std::string remedy;  // the next step for the operator; may be empty
};

// One input: a file, a compose service, an image, a start command.
struct ScannedFile {
    std::string path; // "-" for standard input, "image NAME"
    std::string kind; // "dockerfile", "compose", "command", "image", "script"
    ScanVerdict verdict = ScanVerdict::Pass;
    std::vector<ScanFinding> findings;   // by place
    std::vector<ScanFinding> suppressed; // by the operator's file; tells which entry in `message`
    std::string problem; // why it could not be read, whole or in part; empty: it was
    FilePlace problem_place;
};

}
