#pragma once

#include "dockerfile/scan_input.h"

#include <filesystem>
#include <string>
#include <vector>

namespace harden::bench {

// One labelled Dockerfile of a corpus: what it is, and what both judges say of it.
struct LabelledCase {
    std::string name;
    std::string kind; // "malicious", "benign", "evasion"
    std::string category;
    std::string text;
    ScanVerdict verdict = ScanVerdict::Pass;
    bool seed_rejects = false; // the word list of document 003
    std::vector<ScanFinding> findings;
};

// cases.jsonl with its dockerfiles/; a case without a text is left out. Ends the program where the
// directory holds no corpus.
std::vector<LabelledCase> labelled_cases(const std::filesystem::path& directory);
void judge(std::vector<LabelledCase>& cases, const Scanner& scanner);

// Reject, review and pass by kind, in five folds and in all, with 95 % Wilson intervals, and every
// miss. Returns whether the bars hold: malicious rejected 95 %, with review 98 %; benign rejected
// at most 5 %; evasions rejected or for review 85 %.
bool print_corpus(const std::vector<LabelledCase>& cases);

}
