// The offline set: ./dev bench miners. Judges seeded traces by the shipped rules and prints what
// came out, tuned and held-out families apart; ends with 1 where a bar is missed on the latter.
#include "tables.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

using namespace harden;
using namespace harden::offline;

struct Options {
    int traces = 100'000; // fewer cannot tell 0.999 from 0.995
    std::uint64_t seed = 1;
    bool tuned_only = false;
    bool is_short = false; // a bar is missed only where chance cannot explain it
    std::string explained;
    std::string rules; // a site's, on top of the shipped ones
};

static std::vector<std::string> held_out_families()
{
    std::ifstream file{HARDEN_SOURCE "/tests/bench/miners/held-out.txt"};
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);)
        if (!line.empty() && line.front() != '#')
            names.push_back(line);
    return names;
}

static Result<Options> options_in(std::span<char*> words)
{
    Options options;
    for (std::size_t at = 1; at < words.size(); ++at) {
        const std::string_view word{words[at]};
        const std::string_view value{at + 1 < words.size() ? words[at + 1] : ""};
        const auto amount = to_number(value);
        if (word == "--tuned")
            options.tuned_only = true;
        else if (word == "--short")
            options.is_short = true;
        else if (word == "--traces" && amount && *amount > 0 && *amount <= 1'000'000)
            options.traces = static_cast<int>(*amount), ++at;
        else if (word == "--seed" && amount)
            options.seed = static_cast<std::uint64_t>(*amount), ++at;
        else if (word == "--rules" && !value.empty())
            options.rules = value, ++at;
        else if (word == "--explain" && !value.empty())
            options.explained = value, ++at;
        else
            return Error{ErrorKind::Malformed, cat("not understood: ", word),
                         "--traces N, --seed N, --tuned, --short, --explain FAMILY, --rules FILE"};
    }
    return options;
}

static int count_of(const Family& family, int traces, int shares)
{
    return std::max(1, (family.share * traces + shares / 2) / shares);
}

static std::vector<Outcome> outcomes(std::span<const Family> families, const Options& options,
                                     const MinerRules& rules)
{
    int shares = 0;
    for (const auto& family : families)
        shares += family.share;
    std::vector<Outcome> all;
    for (const auto& family : families)
        for (int i = 0; i < count_of(family, options.traces, shares); ++i)
            all.push_back(
                judged(make_trace(family, options.seed * 1'000'003 + static_cast<std::uint64_t>(i)),
                       rules));
    return all;
}

static Result<MinerRules> rules_for(const Options& options)
{
    auto document = TRY(shipped_miner_settings());
    if (options.rules.empty())
        return parse_miner_rules(document);
    std::ifstream file{options.rules};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto site = TRY(parse_toml(text, options.rules));
    return parse_miner_rules(layered(std::move(document), std::move(site)));
}

// A name in the list that is no family's holds nothing out.
static Result<> check(std::span<const std::string> held_out, std::span<const Family> families)
{
    if (held_out.empty())
        return Error{ErrorKind::NotFound, "held-out.txt names no family", {}};
    for (const auto& name : held_out)
        if (std::ranges::find(families, name, &Family::name) == families.end())
            return Error{ErrorKind::Malformed, cat("held-out.txt: no family ", name), {}};
    return done;
}

static void explain(std::span<const Outcome> outcomes, std::string_view family)
{
    constexpr int most = 100;
    int shown = 0;
    for (const auto& each : outcomes)
        if (each.family->name == family && shown++ < most)
            print_explanation(each);
}

static bool is_met_by_chance(const Counts& counts)
{
    return std::ranges::all_of(bars(counts), [](const Bar& bar) { return bar.may_be_met(); });
}

static Result<bool> run(const Options& options)
{
    const auto start = std::chrono::steady_clock::now();
    auto families = all_families();
    const auto held_out = held_out_families();
    TRY(check(held_out, families));
    const auto is_held_out = [&held_out](const Family& family) {
        return std::ranges::find(held_out, family.name) != held_out.end();
    };
    if (options.tuned_only)
        std::erase_if(families, is_held_out);
    const auto rules = TRY(rules_for(options));
    const auto all = outcomes(families, options, rules);
    if (!options.explained.empty()) {
        explain(all, options.explained);
        return true;
    }
    Counts tuned;
    Counts other;
    for (const auto& each : all)
        (is_held_out(*each.family) ? other : tuned).add(each);
    print_families(all, held_out);
    print_totals("tuned families", tuned);
    const bool is_met = options.tuned_only || print_totals("held-out families", other) ||
                        (options.is_short && is_met_by_chance(other));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("\n%zu traces, seed %llu, %.1f s\n", all.size(),
                static_cast<unsigned long long>(options.seed), took.count());
    return is_met;
}

int main(int argc, char** argv)
{
    const auto options = options_in({argv, static_cast<std::size_t>(argc)});
    const auto is_met = options ? run(*options) : Result<bool>{options.error()};
    if (!is_met) {
        const auto& error = is_met.error();
        std::fprintf(stderr, "bench_miners: %s%s%s\n", error.message.c_str(),
                     error.hint.empty() ? "" : "\n  ", error.hint.c_str());
        return 2;
    }
    return *is_met ? 0 : 1;
}
