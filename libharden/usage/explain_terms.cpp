#include "usage/explain_terms.h"

#include "usage/number.h"

#include <algorithm>
#include <array>

namespace harden {

namespace {

// "%" stands for the term's value.
struct Saying {
    std::string_view term;
    bool is_evidence;
    std::string_view words;
};

constexpr std::array<Saying, 13> sayings{{
    {"sustained", false, "it wants all that it may use, again and again (mean %)"},
    {"steady", false, "it holds one level below its quota (mean %), as a miner that hides does"},
    {"flat", false, "its use never varies (standard deviation %)"},
    {"lasting", false, "it has not rested for % intervals"},
    {"quiet", false, "much work and few bytes (% a second of processor time)"},
    {"long_flow", false, "one connection out for % seconds, while it works"},
    {"memory", false, "it holds as much memory as a miner's data set (%)"},
    {"gpu", false, "it keeps GPUs busy (%)"},
    {"pool_port", true, "it talks to a port that pools use (%)"},
    {"refused", true, "the egress policy refused it % packets"},
    {"pool_name", true, "it names a pool: %"},
    {"stratum", true, "it speaks a miner's protocol: %"},
    {"evidence", true, "its processes say what they are: %"},
}};

const Saying* saying_of(const Term& term)
{
    const auto found = std::ranges::find(sayings, std::string_view{term.name}, &Saying::term);
    return found == sayings.end() ? nullptr : &*found;
}

}

std::string sentence_about(const Term& term)
{
    const auto* saying = saying_of(term);
    const auto value = escaped(term.value);
    if (saying == nullptr)
        return value;
    const auto place = saying->words.find('%');
    return cat(saying->words.substr(0, place), value, saying->words.substr(place + 1));
}

int points_of_evidence(const Judgement& judgement)
{
    int points = 0;
    for (const auto& term : judgement.terms)
        if (const auto* saying = saying_of(term); saying != nullptr && saying->is_evidence)
            points += term.points;
    return points;
}

}
