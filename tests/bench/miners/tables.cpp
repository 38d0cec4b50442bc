#include "tables.h"

#include <algorithm>
#include <cstdio>

namespace harden::offline {

static double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

static double percent(double part, std::size_t of)
{
    return of > 0 ? 100 * part / static_cast<double>(of) : 0;
}

static void print_family(const Family& family, std::span<const Outcome> outcomes, bool is_held_out)
{
    std::size_t count = 0;
    std::array<double, 5> verdicts{};
    double seed = 0;
    std::vector<double> minutes;
    for (const auto& each : outcomes) {
        if (each.family->name != family.name)
            continue;
        ++count;
        ++verdicts.at(static_cast<std::size_t>(each.worst.verdict));
        seed += each.seed_flags ? 1 : 0;
        if (each.minutes_to_miner)
            minutes.push_back(*each.minutes_to_miner);
    }
    if (count == 0)
        return;
    std::printf("%-22s %-6s %-8s %5zu %7.1f %7.1f %7.1f %7.1f %8.0f %7.1f\n",
                std::string{family.name}.c_str(), family.is_miner ? "miner" : "honest",
                is_held_out ? "held out" : "tuned", count, percent(verdicts[4], count),
                percent(verdicts[3], count), percent(verdicts[2], count),
                percent(verdicts[0] + verdicts[1], count), median(minutes), percent(seed, count));
}

void print_families(std::span<const Outcome> outcomes, std::span<const std::string> held_out)
{
    std::printf("%-22s %-6s %-8s %5s %7s %7s %7s %7s %8s %7s\n", "family", "class", "set", "n",
                "miner", "suspect", "watch", "ok", "min.", "seed");
    for (const auto& family : all_families())
        print_family(family, outcomes, std::ranges::find(held_out, family.name) != held_out.end());
}

static void print_share(std::string_view what, const Share& share, std::string_view bound)
{
    const auto [low, high] = share.interval();
    std::printf("  %-34s %5d of %5d  %8.4f  [%.4f, %.4f]  %s\n", std::string{what}.c_str(),
                share.part, share.of, share.value(), low, high, std::string{bound}.c_str());
}

static std::string bound_of(const Bar& bar)
{
    char text[48];
    std::snprintf(text, sizeof text, "%s %.3f: %s", bar.is_upper ? "at most " : "at least",
                  bar.bound, bar.is_met() ? "met" : "MISSED");
    return text;
}

bool print_totals(std::string_view title, const Counts& counts)
{
    std::printf("\n%s: %d miners (%d with hard evidence), %d honest\n", std::string{title}.c_str(),
                counts.miners, counts.hard, counts.honest);
    bool is_met = true;
    for (const auto& bar : bars(counts)) {
        print_share(bar.what, bar.share, bound_of(bar));
        is_met = is_met && bar.is_met();
    }
    print_share("the same, could be ended", {counts.ended, counts.honest}, "");
    print_share("the same without look-alikes", counts.plain_false_alarms(), "");
    std::printf("  median minutes to \"miner\" %.0f, to \"suspect\" %.0f\n", median(counts.minutes),
                median(counts.minutes_to_suspicion));
    print_share("seed's rule: precision",
                {counts.seed_caught, counts.seed_caught + counts.seed_wronged}, "");
    print_share("seed's rule: recall", {counts.seed_caught, counts.miners}, "");
    print_share("seed's rule: honest flagged", {counts.seed_wronged, counts.honest}, "");
    return is_met;
}

void print_explanation(const Outcome& outcome)
{
    std::printf("%s: %s, %d points, confidence %.2f%s\n", std::string{outcome.family->name}.c_str(),
                std::string{name_of(outcome.worst.verdict)}.c_str(), outcome.worst.score,
                outcome.worst.confidence, outcome.has_hard_evidence ? ", hard evidence" : "");
    for (const auto& term : outcome.worst.terms)
        std::printf("    %-10s %3d  %s\n", term.name.c_str(), term.points, term.value.c_str());
}

}
