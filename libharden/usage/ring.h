#pragma once

#include "usage/interval.h"

#include <span>
#include <string>
#include <vector>

namespace harden {

// A container's day, packed as text, oldest interval first: what is kept of it in memory and on
// disk. Every value is two letters, twelve bits: shares to 1/4000, amounts to 0.35 %. What is
// absent stays absent and what is zero stays zero.
inline constexpr std::size_t kept_intervals = 288; // at most, a container: a day of looks

class Ring {
public:
    // Malformed where it is not such text.
    static Result<Ring> from(std::string_view text);
    static Ring of(std::span<const Interval> intervals);

    const std::string& text() const { return text_; }
    bool is_empty() const { return text_.empty(); }
    std::size_t size() const;
    Interval at(std::size_t index) const;
    std::optional<Interval> newest() const;
    std::vector<Interval> intervals() const;

    // What is older than a day goes, and the oldest where there are too many. Behind the `whole`
    // newest, neighbours become one: a day is a day however often one looks, and it stays small.
    void add(const Interval& interval, std::size_t whole);
    void keep_newest(std::size_t count);

private:
    void forget_beyond_a_day();

    std::string text_;
};

// Two intervals as one, as long as both.
Interval joined(const Interval& first, const Interval& second);

}
