#include "usage/ring.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace harden {

static constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
static constexpr unsigned most = 4095; // in two letters
static constexpr double whole_share = 4000;
static constexpr double steps = 100; // an octave of an amount

using Value = std::optional<double> Interval::*;

// `unit` is the least amount that is not zero; a share has none.
struct Field {
    Value value;
    double unit;
};
static constexpr std::array<Field, 11> fields{{{&Interval::cpu_seconds, 1e-4},
                                               {&Interval::demand, 0},
                                               {&Interval::throttled, 0},
                                               {&Interval::crowded, 0},
                                               {&Interval::sent_bytes, 1},
                                               {&Interval::received_bytes, 1},
                                               {&Interval::sent_packets, 1},
                                               {&Interval::received_packets, 1},
                                               {&Interval::refused, 1},
                                               {&Interval::memory_bytes, 1024},
                                               {&Interval::gpu, 1e-4}}};
static constexpr double unit_of_seconds = 0.01;
static constexpr std::size_t width = 2 * (fields.size() + 1);

static std::array<std::int8_t, 256> places_of_letters()
{
    std::array<std::int8_t, 256> places{};
    places.fill(-1);
    for (std::size_t at = 0; at < alphabet.size(); ++at)
        places[static_cast<unsigned char>(alphabet[at])] = static_cast<std::int8_t>(at);
    return places;
}
static const std::array<std::int8_t, 256> places = places_of_letters();

static std::array<double, most + 1> powers_of_steps()
{
    std::array<double, most + 1> powers{};
    for (std::size_t step = 0; step < powers.size(); ++step)
        powers[step] = std::exp2(static_cast<double>(step) / steps);
    return powers;
}
// 0 is absent and 1 is zero.
static double amount_of(unsigned code, double unit)
{
    static const auto powers = powers_of_steps();
    return code <= 1 ? 0 : unit * powers.at(code - 2);
}

static unsigned code_of_amount(double amount, double unit)
{
    if (!(amount >= unit / 2))
        return 1;
    const auto step = std::round(std::log2(std::max(1.0, amount / unit)) * steps);
    return static_cast<unsigned>(std::min<double>(most, 2 + step));
}

static unsigned code_of(std::optional<double> value, double unit)
{
    if (!value || std::isnan(*value))
        return 0;
    if (unit > 0)
        return code_of_amount(*value, unit);
    return 1 + static_cast<unsigned>(std::lround(std::clamp(*value, 0.0, 1.0) * whole_share));
}

static std::optional<double> value_of(unsigned code, double unit)
{
    if (code == 0)
        return std::nullopt;
    return unit > 0 ? amount_of(code, unit) : std::min(1.0, (code - 1) / whole_share);
}

static void write(std::string& text, unsigned code)
{
    text += alphabet[code / alphabet.size()];
    text += alphabet[code % alphabet.size()];
}

static unsigned read(std::string_view text, std::size_t at)
{
    const auto place = [text](std::size_t letter) {
        return static_cast<unsigned>(places[static_cast<unsigned char>(text[letter])]);
    };
    return place(at) * static_cast<unsigned>(alphabet.size()) + place(at + 1);
}

static void write(std::string& text, const Interval& interval)
{
    write(text, std::max(2U, code_of_amount(interval.seconds, unit_of_seconds)));
    for (const auto& [value, unit] : fields)
        write(text, code_of(interval.*value, unit));
}

Result<Ring> Ring::from(std::string_view text)
{
    const auto is_letter = [](char letter) {
        return places[static_cast<unsigned char>(letter)] >= 0;
    };
    bool fits = text.size() % width == 0 && text.size() / width <= kept_intervals &&
                std::ranges::all_of(text, is_letter);
    for (std::size_t at = 0; fits && at < text.size(); at += width)
        fits = read(text, at) >= 2; // no time at all is no interval
    if (!fits)
        return Error{ErrorKind::Malformed, "no intervals", {}};
    Ring ring;
    ring.text_.reserve(text.size() + width); // one will be added, and a string would double
    ring.text_ = text;
    return ring;
}

Ring Ring::of(std::span<const Interval> intervals)
{
    Ring ring;
    for (const auto& each : intervals)
        write(ring.text_, each);
    ring.keep_newest(kept_intervals);
    return ring;
}

std::size_t Ring::size() const
{
    return text_.size() / width;
}

Interval Ring::at(std::size_t index) const
{
    auto from = index * width;
    Interval interval{.seconds = amount_of(read(text_, from), unit_of_seconds)};
    for (const auto& [value, unit] : fields)
        interval.*value = value_of(read(text_, from += 2), unit);
    return interval;
}

std::optional<Interval> Ring::newest() const
{
    return is_empty() ? std::nullopt : std::optional{at(size() - 1)};
}

std::vector<Interval> Ring::intervals() const
{
    std::vector<Interval> all;
    all.reserve(size() + 1);
    for (std::size_t index = 0; index < size(); ++index)
        all.push_back(at(index));
    return all;
}

void Ring::keep_newest(std::size_t count)
{
    if (size() > count)
        text_.erase(0, text_.size() - count * width);
}

// Up to four looks of five minutes, or many short ones. A long and a very short one stay apart:
// what the short one adds would be lost in rounding.
static bool may_join(double older, double newer)
{
    constexpr double fine = 450;
    constexpr double coarse = 1250;
    constexpr double alike = 5;
    return older + newer <= std::min(coarse, std::max(fine, alike * newer));
}

void Ring::add(const Interval& interval, std::size_t whole)
{
    keep_newest(kept_intervals - 1); // first, so that a full ring's memory suffices
    write(text_, interval);
    if (size() > whole + 1) {
        const auto second = size() - whole - 1;
        const auto older = at(second - 1);
        const auto newer = at(second);
        if (may_join(older.seconds, newer.seconds)) {
            std::string one;
            write(one, joined(older, newer));
            text_.replace((second - 1) * width, 2 * width, one);
        }
    }
    forget_beyond_a_day();
}

void Ring::forget_beyond_a_day()
{
    constexpr double day = 86'400;
    double seconds = 0;
    std::size_t kept = 0;
    while (kept < size() && seconds < day)
        seconds += amount_of(read(text_, (size() - ++kept) * width), unit_of_seconds);
    keep_newest(kept);
}

static std::optional<double> sum(std::optional<double> one, std::optional<double> other)
{
    return one && other ? std::optional{*one + *other} : std::nullopt;
}

Interval joined(const Interval& first, const Interval& second)
{
    Interval both{.seconds = first.seconds + second.seconds};
    for (const auto value :
         {&Interval::cpu_seconds, &Interval::sent_bytes, &Interval::received_bytes,
          &Interval::sent_packets, &Interval::received_packets, &Interval::refused})
        both.*value = sum(first.*value, second.*value);
    for (const auto value :
         {&Interval::demand, &Interval::throttled, &Interval::crowded, &Interval::gpu})
        if (first.*value && second.*value)
            both.*value = (*(first.*value) * first.seconds + *(second.*value) * second.seconds) /
                          both.seconds;
    both.memory_bytes = second.memory_bytes;
    return both;
}

}
