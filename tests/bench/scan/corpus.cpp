#include "corpus.h"

#include "base/json_view.h"
#include "dockerfile/scan_input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace harden::bench {

namespace {

constexpr int folds = 5;
// Document 003's list, as it stands there: any of them anywhere in the file.
constexpr std::array<std::string_view, 12> seed_words = {
    "xmrig",       "cgminer",     "nicehash",
    "ethminer",    "openvpn",     "wireguard",
    "shadowsocks", "qbittorrent", "transmission-daemon",
    "postfix",     "sendmail",    "exim"};

std::string text_of(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

struct Tally {
    int all = 0;
    int rejected = 0;
    int reviewed = 0;
    int by_seed = 0;

    void add(const LabelledCase& one)
    {
        ++all;
        rejected += one.verdict == ScanVerdict::Reject;
        reviewed += one.verdict == ScanVerdict::Review;
        by_seed += one.seed_rejects;
    }
};

// The interval that holds the true share with 95 %: E. B. Wilson, 1927.
std::string share(int part, int all)
{
    if (all == 0)
        return "-";
    constexpr double z = 1.96;
    const double p = double(part) / all;
    const double middle = (p + z * z / (2.0 * all)) / (1 + z * z / all);
    const double reach =
        z * std::sqrt(p * (1 - p) / all + z * z / (4.0 * all * all)) / (1 + z * z / all);
    std::array<char, 64> line{};
    std::snprintf(line.data(), line.size(), "%5.1f %% [%.1f, %.1f]", 100 * p,
                  100 * std::max(0.0, middle - reach), 100 * std::min(1.0, middle + reach));
    return line.data();
}

void print_row(const std::string& what, const Tally& tally)
{
    std::printf("%-22s %4d  %-24s %-24s %-24s\n", what.c_str(), tally.all,
                share(tally.rejected, tally.all).c_str(),
                share(tally.rejected + tally.reviewed, tally.all).c_str(),
                share(tally.by_seed, tally.all).c_str());
}

Tally tally_of(const std::vector<LabelledCase>& cases, std::string_view kind, int fold)
{
    Tally tally;
    int index = 0;
    for (const auto& one : cases)
        if (one.kind == kind && (index++ % folds == fold || fold < 0))
            tally.add(one);
    return tally;
}

bool is_miss(const LabelledCase& one)
{
    if (one.kind == "benign")
        return one.verdict == ScanVerdict::Reject;
    return one.verdict != ScanVerdict::Reject;
}

void print_misses(const std::vector<LabelledCase>& cases)
{
    for (const auto& one : cases) {
        if (!is_miss(one))
            continue;
        std::printf("  %s %s %s: %s\n", one.kind.c_str(), one.category.c_str(),
                    std::string{name_of(one.verdict)}.c_str(), one.name.c_str());
        for (const auto& finding : one.findings)
            std::printf("      %d:%d %s %s\n", finding.place.line, finding.place.column,
                        finding.rule.c_str(), finding.role.c_str());
    }
}

double of(int part, int all)
{
    return all == 0 ? 0 : double(part) / all;
}

}

std::vector<LabelledCase> labelled_cases(const std::filesystem::path& directory)
{
    std::ifstream lines{directory / "cases.jsonl"};
    std::vector<LabelledCase> cases;
    for (std::string line; std::getline(lines, line);) {
        const auto parsed = parse_json(line);
        if (!parsed)
            continue;
        LabelledCase one{.kind = parsed->text("kind"),
                         .category = parsed->text("category"),
                         .text = parsed->text("text")};
        const auto file = parsed->text("file");
        one.name = file.empty() ? parsed->text("why") : file;
        if (one.text.empty() && !file.empty())
            one.text = text_of(directory / "dockerfiles" / file);
        if (!one.text.empty())
            cases.push_back(std::move(one));
    }
    if (cases.empty()) {
        std::fprintf(stderr, "no labelled cases in %s: cases.jsonl and dockerfiles/ belong there\n",
                     directory.c_str());
        std::exit(2);
    }
    return cases;
}

void judge(std::vector<LabelledCase>& cases, const Scanner& scanner)
{
    for (auto& one : cases) {
        auto scanned = scanner.dockerfile(one.name, one.text);
        one.verdict = scanned.verdict;
        one.findings = std::move(scanned.findings);
        one.seed_rejects =
            std::any_of(seed_words.begin(), seed_words.end(), [&](std::string_view word) {
                return one.text.find(word) != std::string::npos;
            });
    }
}

bool print_corpus(const std::vector<LabelledCase>& cases)
{
    std::printf("%-22s %4s  %-24s %-24s %-24s\n", "", "n", "rejected", "rejected or for review",
                "the seed's word list");
    for (const auto* kind : {"malicious", "benign", "evasion"}) {
        for (int fold = 0; fold < folds; ++fold)
            print_row(cat(kind, ", fold ", std::to_string(fold + 1)), tally_of(cases, kind, fold));
        print_row(cat(kind, ", all"), tally_of(cases, kind, -1));
    }
    std::printf("\nmisses:\n");
    print_misses(cases);
    const auto malicious = tally_of(cases, "malicious", -1);
    const auto benign = tally_of(cases, "benign", -1);
    const auto evasion = tally_of(cases, "evasion", -1);
    return of(malicious.rejected, malicious.all) >= 0.95 &&
           of(malicious.rejected + malicious.reviewed, malicious.all) >= 0.98 &&
           of(benign.rejected, benign.all) <= 0.05 &&
           of(evasion.rejected + evasion.reviewed, evasion.all) >= 0.85;
}

}
