#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Unknown is not a pass: we looked and could not tell.
enum class Verdict { Pass, Fail, Info, NotApplicable, Unknown, Waived };
enum class Severity { Info, Low, Medium, High, Critical };
// How a verdict was reached: a file's text, the daemon's or kernel's own answer, or by doing it.
enum class Level { Config, Effective, Behaviour };

struct Finding {
    std::string id; // subject.property
    std::string group;
    std::string title;
    Verdict verdict = Verdict::Unknown;
    Severity severity = Severity::Medium;
    Level level = Level::Effective;
    std::string evidence;
    std::string remedy;           // a command
    std::vector<std::string> map; // "CIS-Docker-2.15"
    std::string why;              // what goes wrong without it
};

struct Report {
    std::string node;
    std::string time; // RFC 3339, UTC
    std::string profile;
    std::vector<Finding> findings; // in the order people read them
    bool is_partial = false;       // only some checks were asked for
    std::string problem;           // why the node could not be asked at all; empty: it was
};

struct Summary {
    int pass = 0;
    int fail = 0;
    int info = 0;
    int not_applicable = 0;
    int unknown = 0;
    int waived = 0;
    int score = 0; // 0 to 100
};
Summary summarise(const Report& report);
// Of all nodes; the score is the lowest one.
Summary summarise(const std::vector<Report>& reports);

// Failures first, the gravest first, then what is undecided; nothing else.
std::vector<const Finding*> troubles(const Report& report);

std::string_view name_of(Verdict verdict); // "pass", "fail", "info", "na", "unknown", "waived"
std::string_view name_of(Severity severity);
std::string_view name_of(Level level);
Result<Severity> severity_named(std::string_view name);

}
