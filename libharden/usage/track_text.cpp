#include "usage/track_text.h"

#include "usage/number.h"
#include "usage/standing_json.h"

#include <array>
#include <cmath>

namespace harden {

std::optional<std::uint64_t> count_in(const JsonView& row, std::string_view key)
{
    if (!row.number(key))
        return std::nullopt;
    const auto value = row.integer(key);
    if (value < 0)
        row.complain(cat("'", key, "' is negative"));
    return static_cast<std::uint64_t>(value);
}

std::string large_count(std::uint64_t count)
{
    return cat(R"(")", std::to_string(count), R"(")");
}

std::uint64_t large_count_in(const JsonView& row, std::string_view key)
{
    const auto text = row.text(key);
    if (text.empty())
        return 0;
    const auto value = parse_counter(text);
    if (!value)
        row.complain(cat("'", key, "' is no count"));
    return value ? *value : 0;
}

using Count = std::optional<std::uint64_t> Counters::*;
static constexpr std::array<std::pair<std::string_view, Count>, 7> counts{
    {{"cpu_ns", &Counters::cpu_ns},
     {"periods", &Counters::periods},
     {"throttled", &Counters::throttled},
     {"throttled_us", &Counters::throttled_us},
     {"stalled_us", &Counters::stalled_us},
     {"memory_bytes", &Counters::memory_bytes},
     {"pids", &Counters::pids}}};

std::string counters_json(const Counters& counters)
{
    std::string text;
    for (const auto& [name, count] : counts)
        if (counters.*count)
            text += cat(R"(,")", name, R"(":)", std::to_string(*(counters.*count)));
    if (counters.quota)
        text += cat(R"(,"quota":)", number(*counters.quota, 6));
    return text;
}

Counters counters_in(const JsonView& row)
{
    Counters counters;
    for (const auto& [name, count] : counts)
        counters.*count = count_in(row, name);
    counters.quota = row.number("quota");
    if (counters.quota && (!std::isfinite(*counters.quota) || *counters.quota < 0))
        row.complain("'quota' is out of range");
    return counters;
}

using Amount = std::uint64_t Traffic::*;
static constexpr std::array<std::pair<std::string_view, Amount>, 4> amounts{
    {{"sent_bytes", &Traffic::sent_bytes},
     {"received_bytes", &Traffic::received_bytes},
     {"sent_packets", &Traffic::sent_packets},
     {"received_packets", &Traffic::received_packets}}};

std::string traffic_json(const Traffic& traffic)
{
    auto text = cat(R"({"links":)", large_count(traffic.links));
    for (const auto& [name, amount] : amounts)
        text += cat(R"(,")", name, R"(":)", large_count(traffic.*amount));
    return text + "}";
}

std::optional<Traffic> traffic_in(const JsonView& row, std::string_view key)
{
    const auto object = row.within(key);
    if (object.text("links").empty())
        return std::nullopt;
    Traffic traffic{.links = large_count_in(object, "links")};
    for (const auto& [name, amount] : amounts)
        traffic.*amount = large_count_in(object, name);
    return traffic;
}

std::string flow_json(const Flow& flow)
{
    return cat(R"("protocol":)", json_quoted(flow.protocol), R"(,"port":)",
               std::to_string(flow.port), R"(,"remote":)", json_quoted(flow.remote),
               R"(,"remote_port":)", std::to_string(flow.remote_port),
               flow.answered ? R"(,"answered":true)" : "",
               flow.established ? R"(,"established":true)" : "");
}

static std::uint16_t port_in(const JsonView& row, std::string_view key)
{
    const auto port = row.integer(key);
    if (port < 0 || port > 65535)
        row.complain(cat("'", key, "' is no port"));
    return static_cast<std::uint16_t>(port);
}

Flow flow_in(const JsonView& row)
{
    return {.protocol = row.text("protocol"),
            .port = port_in(row, "port"),
            .remote = row.text("remote"),
            .remote_port = port_in(row, "remote_port"),
            .answered = row.boolean("answered"),
            .established = row.boolean("established")};
}

static std::string text_member(std::string_view name, std::string_view text)
{
    return text.empty() ? "" : cat(R"(,")", name, R"(":)", json_quoted(text));
}

static std::string stamp_member(std::string_view name, std::chrono::nanoseconds stamp)
{
    return stamp.count() == 0 ? "" : cat(R"(,")", name, R"(":)", std::to_string(stamp.count()));
}

static std::chrono::nanoseconds stamp_in(const JsonView& row, std::string_view key)
{
    const auto stamp = row.integer(key);
    if (stamp < 0)
        row.complain(cat("'", key, "' is before the boot"));
    return std::chrono::nanoseconds{stamp};
}

static std::string sample_json(const Sample& sample)
{
    return cat(R"({"inode":)", large_count(sample.inode), R"(,"stamp":)",
               std::to_string(sample.stamp.count()), counters_json(sample.counters),
               sample.traffic ? cat(R"(,"traffic":)", traffic_json(*sample.traffic)) : "",
               sample.refused ? cat(R"(,"refused":)", large_count(*sample.refused)) : "", "}");
}

static Sample sample_in(const JsonView& row)
{
    Sample sample{.inode = large_count_in(row, "inode"),
                  .stamp = stamp_in(row, "stamp"),
                  .counters = counters_in(row),
                  .traffic = traffic_in(row, "traffic")};
    if (!row.text("refused").empty())
        sample.refused = large_count_in(row, "refused");
    return sample;
}

static std::string flows_json(const std::vector<KnownFlow>& flows)
{
    if (flows.empty())
        return {};
    std::vector<std::string> rows;
    for (const auto& each : flows)
        rows.push_back(cat("{", flow_json(each.flow), R"(,"since":)",
                           std::to_string(each.since.count()), "}"));
    return cat(R"(,"flows":[)", join(rows, ","), "]");
}

static std::string words_json(const Words& words)
{
    return cat(words.stratum ? R"(,"had_stratum":true)" : "",
               words.pool_name ? R"(,"had_pool_name":true)" : "");
}

std::string track_json(std::string_view kind, std::string_view id, const Track& track)
{
    return cat(R"({"kind":")", kind, R"(","id":)", json_quoted(id), text_member("name", track.name),
               text_member("image_id", track.image_id), text_member("owner", track.owner),
               text_member("runtime", track.runtime), text_member("group", track.group),
               stamp_member("started", track.started), stamp_member("left", track.left),
               R"(,"last":)", sample_json(track.last), text_member("hot_since", track.hot_since),
               text_member("verdict", track.verdict), R"(,"score":)", std::to_string(track.score),
               R"(,"standing":)", render_standing(track.standing), flows_json(track.flows),
               words_json(track.words), "}");
}

Track track_in(const JsonView& row)
{
    Track track{.name = row.text("name"),
                .image_id = row.text("image_id"),
                .owner = row.text("owner"),
                .runtime = row.text("runtime"),
                .group = row.text("group"),
                .started = stamp_in(row, "started"),
                .left = stamp_in(row, "left"),
                .last = sample_in(row.within("last")),
                .words = {row.boolean("had_stratum"), row.boolean("had_pool_name")},
                .hot_since = row.text("hot_since"),
                .verdict = row.text("verdict"),
                .score = static_cast<int>(row.integer("score")),
                .standing = standing_in(row.within("standing"))};
    for (const auto& flow : row.rows("flows"))
        track.flows.push_back({flow_in(flow), stamp_in(flow, "since")});
    if (track.flows.size() > kept_flows)
        row.complain("too many flows");
    return track;
}

}
