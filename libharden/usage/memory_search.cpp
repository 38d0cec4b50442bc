#include "usage/memory_search.h"

#include "usage/pool_names.h"

#include <algorithm>
#include <array>

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

static bool has_a_word_of_mining(std::string_view object)
{
    constexpr std::array<std::string_view, 4> words{"\"mining.", "\"job_id\"", "\"eth_submit",
                                                    "\"login\""};
    return std::any_of(words.begin(), words.end(), [object](std::string_view word) {
        return object.find(word) != std::string_view::npos;
    });
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
        const char byte = text[at];
        if (byte < ' ' || byte > '~')
            return {at, false};
        if (in_text && byte == '\\')
            ++at;
        else if (byte == '"')
            in_text = !in_text;
        else if (!in_text && (byte == '{' || byte == '['))
            ++depth;
        else if (!in_text && (byte == '}' || byte == ']') && --depth == 0)
            return {at + 1, true};
    }
    return {text.size(), false};
}

// Memory can be filled with beginnings that never end; they may cost as much as a few readings.
void MemorySearch::find_messages(std::string_view memory)
{
    constexpr std::size_t readings = 4;
    auto patience = readings * memory.size();
    for (auto at = memory.find('{'); at != std::string_view::npos; at = memory.find('{', at + 1)) {
        const auto text = memory.substr(at, longest_stratum_message);
        if (!begins_like_a_message(text))
            continue;
        const auto reach = reach_of(text);
        gave_up_ = gave_up_ || reach.size > patience;
        if (reach.size > patience)
            return;
        patience -= reach.size;
        if (!reach.is_whole)
            continue;
        const auto object = text.substr(0, reach.size);
        const auto message =
            has_a_word_of_mining(object) ? parse_stratum(object, now_) : std::nullopt;
        if (message)
            talk_.add(*message);
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
    if (talk_.is_mining())
        seen.push_back({SignKind::Stratum, "stratum in memory"});
    if (named_.size() <= own_pools)
        for (const auto& pool : called_)
            seen.push_back({SignKind::PoolName, cat("pool ", pool)});
    return seen;
}

}
