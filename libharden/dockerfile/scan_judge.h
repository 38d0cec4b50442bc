#pragma once

#include "dockerfile/command_roles.h"
#include "dockerfile/decode.h"
#include "dockerfile/scan_rules.h"

#include <set>

namespace harden {

// Collects what rules find in the words of one input, and says what it comes to.
class ScanJudge {
public:
    // `least_code`: as in readings().
    explicit ScanJudge(const ScanRules& rules, std::size_t least_code = shortest_code);

    void add(const RoledWord& word);
    void add(const RoledDeed& deed);
    void add(const RoledCommands& commands);
    // "8080", "9001/tcp", "5000-5010/udp": what EXPOSE or a published port names.
    void add_port(std::string_view text, TextRange place);

    // Something that a rule found, in a role of it that has points.
    struct Occurrence {
        std::size_t rule = 0;
        ScanRole role = ScanRole::Mentions;
        TextRange place;
        std::string text;
        std::string decoded; // empty: it stands there as it is
        Disguise disguise = Disguise::None;
    };
    struct Judgement {
        ScanVerdict verdict = ScanVerdict::Pass;
        std::vector<ScanFinding> findings; // without their places in a file: see `places`
        std::vector<TextRange> places;     // of each finding
    };
    Judgement judge() const;

private:
    struct Sum {
        int points = 0;
        bool is_only_ports = true;
        ScanVerdict most = ScanVerdict::Pass;
    };
    void add_reading(const RoledWord& word, const Reading& reading);
    void add_wallet(const RoledWord& word);
    void add_hit(const RoledWord& word, const Reading& reading, std::size_t target,
                 std::size_t end);
    void note(std::size_t rule, ScanRole role, const RoledWord& word, const Reading& reading);
    std::map<std::string, Sum> sums() const;
    ScanVerdict verdict_of(const Sum& sum) const;
    bool is_excused(std::size_t rule) const { return excused_.contains(rule); }
    ScanFinding finding_of(const Occurrence& one, ScanVerdict verdict) const;

    const ScanRules& rules_;
    std::size_t least_code_;
    std::vector<Occurrence> found_;
    std::set<std::pair<std::size_t, ScanRole>> known_;
    std::set<std::size_t> excused_; // rules
    std::set<std::string, std::less<>>
        packages_; // that are installed, the usual tools not among them
};

}
