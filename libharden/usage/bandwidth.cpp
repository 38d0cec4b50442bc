#include "usage/bandwidth.h"

#include "usage/number.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr double megabyte = 1e6;
static constexpr double gigabyte = 1e9;
static constexpr double day_seconds = 86'400;

std::string_view name_of(BandwidthVerdict verdict)
{
    constexpr std::array<std::string_view, 4> names{"unknown", "ok", "watch", "abuse"};
    return names.at(static_cast<std::size_t>(verdict));
}

namespace {

// Sums of what could be read.
struct DayOfTraffic {
    double sent = 0;
    double received = 0;
};

// Judges one container and collects what passed a limit.
class Judge {
public:
    Judge(std::span<const Interval> intervals, const BandwidthRules& rules)
        : intervals_{intervals}
        , now_{intervals.back()}
        , rules_{rules}
    {
    }
    BandwidthJudgement judgement();

private:
    void passed(BandwidthVerdict verdict, std::string name, double value, double limit);
    void judge_day();
    void judge_rate();
    void judge_flood();
    void judge_ratio();

    std::span<const Interval> intervals_;
    const Interval& now_;
    const BandwidthRules& rules_;
    DayOfTraffic day_;
    BandwidthJudgement judgement_{.verdict = BandwidthVerdict::Ok, .terms = {}};
};

}

// Of an interval that began before the day its share counts.
static DayOfTraffic last_day(std::span<const Interval> intervals)
{
    DayOfTraffic day;
    double left = day_seconds;
    for (auto each = intervals.rbegin(); each != intervals.rend() && left > 0; ++each) {
        if (each->seconds <= 0)
            continue;
        const auto share = std::min(1.0, left / each->seconds);
        day.sent += share * each->sent_bytes.value_or(0);
        day.received += share * each->received_bytes.value_or(0);
        left -= each->seconds;
    }
    return day;
}

void Judge::passed(BandwidthVerdict verdict, std::string name, double value, double limit)
{
    judgement_.verdict = std::max(judgement_.verdict, verdict);
    judgement_.terms.push_back({std::move(name), value, limit});
}

void Judge::judge_day()
{
    const auto& limit = rules_.day;
    if (limit.sent > 0 && day_.sent >= limit.sent)
        passed(BandwidthVerdict::Abuse, "day_sent_gb", day_.sent / gigabyte, limit.sent / gigabyte);
    if (limit.received > 0 && day_.received >= limit.received)
        passed(BandwidthVerdict::Abuse, "day_received_gb", day_.received / gigabyte,
               limit.received / gigabyte);
}

static double rate_of(std::optional<double> count, const Interval& interval)
{
    return interval.seconds > 0 ? count.value_or(0) / interval.seconds : 0;
}

void Judge::judge_rate()
{
    const auto& limit = rules_.rate;
    const auto rate = rate_of(now_.sent_bytes, now_);
    if (limit.sent <= 0 || rate < limit.sent)
        return;
    const auto needed = static_cast<std::size_t>(limit.intervals);
    const auto recent = intervals_.last(std::min(needed, intervals_.size()));
    const bool is_sustained =
        recent.size() == needed && std::ranges::all_of(recent, [&](const Interval& each) {
            return rate_of(each.sent_bytes, each) >= limit.sent;
        });
    passed(is_sustained ? BandwidthVerdict::Abuse : BandwidthVerdict::Watch, "rate_sent_mb_s",
           rate / megabyte, limit.sent / megabyte);
}

// Acknowledging what it downloads, and talking in short messages, is many small packets too, but
// as many come back.
void Judge::judge_flood()
{
    const auto& limit = rules_.flood;
    const auto rate = rate_of(now_.sent_packets, now_);
    if (limit.packets <= 0 || rate < limit.packets || !now_.sent_bytes || !now_.received_packets)
        return;
    const bool is_small = *now_.sent_bytes / *now_.sent_packets <= limit.size;
    const bool is_answered = *now_.received_packets >= limit.answered * *now_.sent_packets;
    if (is_small && !is_answered)
        passed(BandwidthVerdict::Abuse, "flood_packets_s", rate, limit.packets);
}

void Judge::judge_ratio()
{
    const auto& limit = rules_.ratio;
    if (limit.sent_to_received <= 0 || day_.sent < limit.sent)
        return;
    const auto ratio = day_.sent / std::max(1.0, day_.received);
    if (ratio >= limit.sent_to_received)
        passed(BandwidthVerdict::Watch, "sent_to_received", ratio, limit.sent_to_received);
}

BandwidthJudgement Judge::judgement()
{
    day_ = last_day(intervals_);
    judge_day();
    judge_rate();
    judge_flood();
    judge_ratio();
    // what was seen earlier today stands; without it nothing is known
    if (judgement_.verdict == BandwidthVerdict::Ok && !now_.sent_bytes)
        judgement_.verdict = BandwidthVerdict::Unknown;
    return std::move(judgement_);
}

BandwidthJudgement judge_bandwidth(std::span<const Interval> intervals, const BandwidthRules& rules)
{
    if (intervals.empty())
        return {};
    return Judge{intervals, rules}.judgement();
}

std::string to_json(const BandwidthJudgement& judgement)
{
    std::vector<std::string> terms;
    for (const auto& term : judgement.terms)
        terms.push_back(cat(R"({"k":")", term.name, R"(","v":)", number(term.value, 3),
                            R"(,"limit":)", number(term.limit, 3), "}"));
    return cat(R"({"verdict":")", name_of(judgement.verdict), R"(","terms":[)", join(terms, ","),
               "]}");
}

static std::string sentence(const BandwidthTerm& term)
{
    static constexpr std::array<std::array<std::string_view, 3>, 5> words{
        {{"day_sent_gb", "sent ", " GB in the last 24 hours, the limit is "},
         {"day_received_gb", "received ", " GB in the last 24 hours, the limit is "},
         {"rate_sent_mb_s", "sends ", " MB a second, the limit is "},
         {"flood_packets_s", "sends ", " small packets a second that few answer, the limit is "},
         {"sent_to_received", "sent ", " times what it received, the limit is "}}};
    for (const auto& [name, before, between] : words)
        if (term.name == name)
            return cat(before, number(term.value, 1), between, number(term.limit, 1));
    return term.name;
}

std::vector<std::string> sentences(const BandwidthJudgement& judgement)
{
    std::vector<std::string> all;
    for (const auto& term : judgement.terms)
        all.push_back(sentence(term));
    return all;
}

}
