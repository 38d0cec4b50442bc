#include "usage/miner_record.h"

#include "base/json_view.h"
#include "usage/number.h"

namespace harden {

static std::string text_or_null(std::string_view text)
{
    return text.empty() ? std::string{"null"} : json_quoted(text);
}

static std::string shown(std::optional<std::uint64_t> count)
{
    return count ? std::to_string(*count) : "null";
}

static std::string shown(const std::vector<Term>& terms)
{
    std::vector<std::string> rows;
    for (const auto& term : terms)
        rows.push_back(cat(R"({"k":)", json_quoted(term.name), R"(,"v":)", term.value, R"(,"p":)",
                           std::to_string(term.points), "}"));
    return cat("[", join(rows, ","), "]");
}

static std::string head(std::string_view event, std::string_view time)
{
    return cat(R"({"v":1,"event":")", event, R"(","ts":)", json_quoted(time));
}

static std::string identity(const Sighting& sighting, std::string_view boot)
{
    const auto& container = sighting.container;
    return cat(R"(,"boot":)", json_quoted(boot), R"(,"id":)", json_quoted(container.id),
               R"(,"name":)", json_quoted(container.name), R"(,"image":)",
               json_quoted(container.image), R"(,"digest":)", json_quoted(container.image_id),
               R"(,"runtime":)", text_or_null(sighting.runtime), R"(,"owner":)",
               text_or_null(sighting.owner));
}

static std::string opinion(const Judgement& judgement)
{
    return cat(R"(,"verdict":")", name_of(judgement.verdict), R"(","score":)",
               std::to_string(judgement.score), R"(,"confidence":)",
               number(judgement.confidence, 2), R"(,"terms":)", shown(judgement.terms));
}

static std::string measures(const std::optional<Interval>& newest, const Counters& counters,
                            std::string_view hot_since)
{
    const auto interval = newest.value_or(Interval{});
    const auto seconds = newest ? std::optional{interval.seconds} : std::nullopt;
    return cat(R"(,"interval_s":)", number_or_null(seconds, 1), R"(,"cpu_s":)",
               number_or_null(interval.cpu_seconds, 2), R"(,"quota":)",
               number_or_null(counters.quota, 3), R"(,"demand":)",
               number_or_null(interval.demand, 3), R"(,"throttled":)",
               number_or_null(interval.throttled, 3), R"(,"crowded":)",
               number_or_null(interval.crowded, 3), R"(,"memory_b":)", shown(counters.memory_bytes),
               R"(,"pids":)", shown(counters.pids), R"(,"sent_b":)",
               number_or_null(interval.sent_bytes, 0), R"(,"received_b":)",
               number_or_null(interval.received_bytes, 0), R"(,"sent_packets":)",
               number_or_null(interval.sent_packets, 0), R"(,"received_packets":)",
               number_or_null(interval.received_packets, 0), R"(,"refused":)",
               number_or_null(interval.refused, 0), R"(,"hot_since":)", text_or_null(hot_since));
}

static std::string answer_to(const Sighting& sighting)
{
    return cat(R"(,"action":)", json_quoted(sighting.action), R"(,"action_error":)",
               text_or_null(sighting.action_error), R"(,"held":)", text_or_null(sighting.held),
               R"(,"exempt":)", sighting.exempt.empty() ? "false" : "true", R"(,"exempt_by":)",
               text_or_null(sighting.exempt));
}

std::string container_record(const Sighting& sighting, const Look& look)
{
    return cat(head("container", look.time), identity(sighting, look.next.boot),
               opinion(sighting.judgement),
               measures(sighting.interval, sighting.counters, sighting.hot_since),
               R"(,"bandwidth":)", to_json(sighting.bandwidth), answer_to(sighting), "}");
}

static std::string unowned_record(const UnownedSighting& sighting, const Look& look)
{
    return cat(head("unowned", look.time), R"(,"boot":)", json_quoted(look.next.boot),
               R"(,"path":)", json_quoted(sighting.path), R"(,"build":)",
               sighting.is_build ? "true" : "false", opinion(sighting.judgement),
               measures(sighting.interval, sighting.counters, sighting.hot_since), "}\n");
}

static std::string look_record(const Look& look)
{
    const auto& summary = look.next.look;
    return cat(head("look", look.time), R"(,"boot":)", json_quoted(look.next.boot),
               R"(,"ok":true,"containers":)", std::to_string(summary.containers), R"(,"measured":)",
               std::to_string(summary.measured), R"(,"unknown":)", std::to_string(summary.unknown),
               R"(,"flagged":)", std::to_string(summary.flagged), R"(,"duration_ms":)",
               number(summary.milliseconds, 1), R"(,"note":)", text_or_null(summary.note), "}\n");
}

std::string failed_look_record(std::string_view time, const Error& error)
{
    return cat(head("look", time), R"(,"ok":false,"error":)", json_quoted(error.message), "}\n");
}

std::vector<std::string> miner_records(const Look& look)
{
    std::vector<std::string> records;
    for (const auto& sighting : look.sightings)
        if (sighting.judgement.verdict != MinerVerdict::Ok ||
            sighting.bandwidth.verdict >= BandwidthVerdict::Watch)
            records.push_back(container_record(sighting, look) + "\n");
    for (const auto& sighting : look.unowned)
        if (sighting.is_new || sighting.judgement.verdict != MinerVerdict::Ok)
            records.push_back(unowned_record(sighting, look));
    records.push_back(look_record(look));
    return records;
}

std::string render_json(const Look& look)
{
    std::string all;
    for (const auto& sighting : look.sightings)
        all += container_record(sighting, look) + "\n";
    for (const auto& sighting : look.unowned)
        all += unowned_record(sighting, look);
    return all + look_record(look);
}

}
