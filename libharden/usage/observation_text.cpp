#include "usage/observation_text.h"

#include "base/time.h"
#include "usage/number.h"
#include "usage/track_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace harden {

static constexpr std::int64_t version = 1;
static constexpr std::array<std::pair<SignKind, std::string_view>, 4> kinds{
    {{SignKind::Program, "program"},
     {SignKind::PoolPort, "pool-port"},
     {SignKind::PoolName, "pool-name"},
     {SignKind::Stratum, "stratum"}}};

static std::string text_member(std::string_view name, std::string_view text)
{
    return text.empty() ? "" : cat(R"(,")", name, R"(":)", json_quoted(text));
}

static std::string list_of(const std::vector<std::string>& rows)
{
    return cat("[", join(rows, ","), "]");
}

static std::string labels_json(const Container& container, const std::vector<std::string>& wanted)
{
    std::vector<std::string> rows;
    for (const auto& label : wanted)
        if (const auto found = container.labels.find(label); found != container.labels.end())
            rows.push_back(cat(json_quoted(label), ":", json_quoted(found->second)));
    return rows.empty() ? "" : cat(R"(,"labels":{)", join(rows, ","), "}");
}

static std::string flows_json(const std::vector<Flow>& flows)
{
    std::vector<std::string> rows;
    for (const auto& flow : flows)
        rows.push_back(cat("{", flow_json(flow), "}"));
    return cat(R"(,"flows":)", list_of(rows));
}

static std::string gpu_json(const GpuUse& gpu)
{
    return cat(R"(,"gpu":{"busy":)", number_or_null(gpu.busy, 4), R"(,"memory_bytes":)",
               large_count(gpu.memory_bytes), "}");
}

static std::string evidence_json(const Evidence& evidence)
{
    std::vector<std::string> rows;
    for (const auto& sign : evidence.seen)
        rows.push_back(
            cat(R"({"kind":")",
                std::ranges::find(kinds, sign.kind, &std::pair<SignKind, std::string_view>::first)
                    ->second,
                R"(","what":)", json_quoted(sign.what), "}"));
    return cat(R"(,"evidence":{"argv":)", evidence.has_argv ? "true" : "false", R"(,"memory":)",
               evidence.has_memory ? "true" : "false", text_member("runtime", evidence.runtime),
               R"(,"seen":)", list_of(rows), "}");
}

// What containers and groups of nobody's have alike.
static std::string life_json(std::uint64_t inode, std::optional<std::chrono::nanoseconds> started,
                             const Counters& counters)
{
    return cat(R"("inode":)", large_count(inode),
               started ? cat(R"(,"started_ns":)", std::to_string(started->count())) : "",
               counters_json(counters));
}

static std::string container_json(const Observation& seen, const std::vector<std::string>& labels)
{
    const auto& container = seen.container;
    auto text =
        cat(R"({"id":)", json_quoted(container.id), text_member("name", container.name),
            text_member("image", container.image), text_member("image_id", container.image_id),
            labels_json(container, labels), text_member("runtime", seen.runtime), R"(,"seen":{)",
            life_json(seen.inode, seen.started, seen.counters));
    if (seen.traffic)
        text += cat(R"(,"traffic":)", traffic_json(*seen.traffic));
    if (seen.flows)
        text += flows_json(*seen.flows);
    if (seen.refused)
        text += cat(R"(,"refused":)", large_count(*seen.refused));
    if (seen.gpu)
        text += gpu_json(*seen.gpu);
    if (seen.evidence)
        text += evidence_json(*seen.evidence);
    return text + "}}";
}

std::string render_observation(const NodeObservation& seen, const std::vector<std::string>& labels)
{
    std::vector<std::string> containers;
    for (const auto& each : seen.containers)
        containers.push_back(container_json(each, labels));
    std::vector<std::string> unowned;
    for (const auto& each : seen.unowned)
        unowned.push_back(cat(R"({"path":)", json_quoted(each.path),
                              each.is_build ? R"(,"build":true)" : "", R"(,"seen":{)",
                              life_json(each.inode, each.started, each.counters), "}}"));
    return cat(R"({"v":)", std::to_string(version), R"(,"ts":)", json_quoted(to_rfc3339(seen.wall)),
               R"(,"boot":)", json_quoted(seen.boot), R"(,"since_boot_ns":)",
               std::to_string(seen.since_boot.count()), R"(,"containers":)", list_of(containers),
               R"(,"unowned":)", list_of(unowned), "}\n");
}

static std::optional<std::chrono::nanoseconds> start_in(const JsonView& row)
{
    const auto start = count_in(row, "started_ns");
    return start ? std::optional{std::chrono::nanoseconds{static_cast<std::int64_t>(*start)}}
                 : std::nullopt;
}

static Evidence evidence_in(const JsonView& row)
{
    Evidence evidence{.has_argv = row.boolean("argv"),
                      .has_memory = row.boolean("memory"),
                      .seen = {},
                      .runtime = row.text("runtime")};
    for (const auto& sign : row.rows("seen")) {
        const auto kind = std::ranges::find(kinds, sign.text("kind"),
                                            &std::pair<SignKind, std::string_view>::second);
        if (kind == kinds.end())
            row.complain("a sign is of no known kind");
        else
            evidence.seen.push_back({kind->first, sign.text("what")});
    }
    return evidence;
}

static GpuUse gpu_in(const JsonView& row)
{
    GpuUse gpu{.busy = row.number("busy"), .memory_bytes = large_count_in(row, "memory_bytes")};
    if (gpu.busy && !(*gpu.busy >= 0 && std::isfinite(*gpu.busy)))
        row.complain("'busy' is out of range");
    return gpu;
}

// What was seen of it: an absent member is unknown, an empty one is none.
static void take_seen(Observation& seen, const JsonView& row)
{
    const auto all = row.within("seen");
    seen.inode = large_count_in(all, "inode");
    seen.started = start_in(all);
    seen.counters = counters_in(all);
    seen.traffic = traffic_in(all, "traffic");
    for (const auto& [name, value] : row.members("seen")) {
        if (name == "flows") {
            seen.flows.emplace();
            for (const auto& flow : all.rows("flows"))
                seen.flows->push_back(flow_in(flow));
        } else if (name == "refused") {
            seen.refused = large_count_in(all, "refused");
        } else if (name == "gpu") {
            seen.gpu = gpu_in(value);
        } else if (name == "evidence") {
            seen.evidence = evidence_in(value);
        }
    }
}

static Observation container_in(const JsonView& row)
{
    Observation seen{.container = {.id = row.text("id"),
                                   .name = row.text("name"),
                                   .image = row.text("image"),
                                   .image_id = row.text("image_id"),
                                   .labels = row.text_map("labels")},
                     .runtime = row.text("runtime")};
    if (seen.container.id.empty())
        row.complain("a container has no id");
    take_seen(seen, row);
    return seen;
}

static UnownedGroup unowned_in(const JsonView& row)
{
    const auto all = row.within("seen");
    return {.path = row.text("path"),
            .is_build = row.boolean("build"),
            .inode = large_count_in(all, "inode"),
            .first_process = 0,
            .group = {},
            .started = start_in(all),
            .counters = counters_in(all)};
}

Result<NodeObservation> parse_observation(std::string_view line)
{
    const auto root = TRY(parse_json(line));
    if (root.integer("v") != version)
        root.complain("'v' is not 1");
    const auto wall = from_rfc3339(root.text("ts"));
    if (!wall)
        root.complain("'ts' is no time");
    NodeObservation seen{.boot = root.text("boot"), .wall = wall.value_or(TimePoint{})};
    seen.since_boot = std::chrono::nanoseconds{root.integer("since_boot_ns")};
    if (seen.since_boot.count() <= 0)
        root.complain("'since_boot_ns' is not above 0");
    for (const auto& row : root.rows("containers"))
        seen.containers.push_back(container_in(row));
    for (const auto& row : root.rows("unowned"))
        seen.unowned.push_back(unowned_in(row));
    if (!root.problem().empty())
        return Error{ErrorKind::Malformed, escaped(root.problem()), {}};
    return seen;
}

}
