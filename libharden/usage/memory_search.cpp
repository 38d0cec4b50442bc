#include "usage/memory_search.h"

#include "usage/pool_names.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace harden {

MemorySearch::MemorySearch(const MinerRules::Evidence& rules, std::set<std::uint16_t> ports,
                           std::chrono::system_clock::time_point now)
    : rules_{&rules}
    , ports_{std::move(ports)}
    , now_{now}
{
}

// What the first word of a message can be, with its quote.
static bool begins_like_a_message(std::string_view text)
{
    constexpr std::array<std::string_view, 7> words{"id\"",     "jsonrpc\"", "method\"", "params\"",
                                                    "result\"", "error\"",   "worker\""};
    text.remove_prefix(1);
    if (text.starts_with(' '))
        text.remove_prefix(1);
    if (!text.starts_with('"'))
        return false;
    text.remove_prefix(1);
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return text.starts_with(word); });
}

static bool holds(std::string_view text, std::string_view word)
{
    return memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

// A message that says anything of a job or a share has one of these.
static bool has_words_of_mining(std::string_view text)
{
    return holds(text, "\"mining.") || holds(text, "\"eth_submit") ||
           (holds(text, "\"job_id\"") && (holds(text, "\"blob\"") || holds(text, "\"nonce\"")));
}

enum class Part : char { Plain, Foreign, Quote, Escape, Open, Close };

static constexpr std::array<Part, 256> parts = [] {
    std::array<Part, 256> all{};
    for (std::size_t byte = 0; byte < all.size(); ++byte)
        all.at(byte) = byte < ' ' || byte > '~' ? Part::Foreign : Part::Plain;
    all['"'] = Part::Quote;
    all['\\'] = Part::Escape;
    all['{'] = all['['] = Part::Open;
    all['}'] = all[']'] = Part::Close;
    return all;
}();

static Part part_of(char byte)
{
    return parts[static_cast<unsigned char>(byte)];
}

// How far one line of JSON that begins with an object reaches: to the object's end, or to where it
// breaks off.
struct Reach {
    std::size_t size = 0;
    bool is_whole = false;
};
static Reach reach_of(std::string_view text)
{
    int depth = 0;
    bool in_text = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto part = part_of(text[at]);
        if (part == Part::Plain)
            continue;
        if (part == Part::Foreign)
            return {at, false};
        if (in_text && part == Part::Escape)
            ++at;
        else if (part == Part::Quote)
            in_text = !in_text;
        else if (!in_text && part == Part::Open)
            ++depth;
        else if (!in_text && part == Part::Close && --depth == 0)
            return {at + 1, true};
    }
    return {text.size(), false};
}

// Job queues speak alike: a miner's words are among the first some thousand, or few.
void MemorySearch::read_message(std::string_view object)
{
    constexpr int most = 4096;
    gave_up_ = gave_up_ || messages_ == most;
    if (messages_ == most)
        return;
    ++messages_;
    if (const auto message = parse_stratum(object, now_))
        talk_.add(*message);
}

// Memory can be filled with beginnings that never end; they may cost as much as a few readings.
void MemorySearch::find_messages(std::string_view memory)
{
    constexpr std::size_t readings = 4;
    auto patience = readings * memory.size();
    bool has_words = false;
    for (auto at = memory.find('{'); at != std::string_view::npos; at = memory.find('{', at + 1)) {
        const auto text = memory.substr(at, longest_stratum_message);
        if (!begins_like_a_message(text))
            continue;
        if (!has_words && !has_words_of_mining(memory))
            return;
        has_words = true;
        const auto reach = reach_of(text);
        gave_up_ = gave_up_ || reach.size > patience;
        if (reach.size > patience)
            return;
        patience -= reach.size;
        if (!reach.is_whole)
            continue;
        const auto object = text.substr(0, reach.size);
        if (has_words_of_mining(object))
            read_message(object);
        at += reach.size - 1;
    }
}

void MemorySearch::find_pools(std::string_view memory)
{
    for (const auto& [pool, port] : pool_addresses_in(memory, *rules_)) {
        named_.insert(pool);
        if (ports_.contains(port))
            called_.insert(pool);
    }
}

void MemorySearch::look_at(std::string_view memory)
{
    find_messages(memory);
    if (!ports_.empty())
        find_pools(memory);
}

// A miner knows its pool and one or two to fall back to; a list of pools is no miner's.
std::vector<Sign> MemorySearch::signs() const
{
    constexpr std::size_t own_pools = 3;
    std::vector<Sign> seen;
    // A miner's buffer holds one message at a time, so that a share may be all there is.
    if (talk_.is_mining() || (talk_.has_share() && !ports_.empty()))
        seen.push_back({SignKind::Stratum, "stratum in memory"});
    if (named_.size() <= own_pools)
        for (const auto& pool : called_)
            seen.push_back({SignKind::PoolName, cat("pool ", pool)});
    return seen;
}

}
