#pragma once

#include "dockerfile/scan_rules.h"

namespace harden {

// A cheap first look at a Dockerfile: nine files in ten hold no word of any rule and nothing that
// words could be hidden with, and are not read as a shell would.
class Glance {
public:
    explicit Glance(const ScanRules& rules);

    // False only where scan_dockerfile would find nothing.
    bool is_worth_a_look(const Dockerfile& file) const;

private:
    bool holds_word(std::string_view text) const;
    bool exposes_port(const Dockerfile& file) const;
    bool joins_words(const Dockerfile& file) const; // of variables

    struct Word {
        std::size_t length = 0;
        bool is_whole = false; // no letter or digit before or behind it
        bool has_tail = false;
    };
    std::vector<Word> words_;
    WordSearch search_;
    std::vector<bool> ports_;
    bool looks_always_ = false; // a site's pattern may match anything
};

}
