#include "base/text.h"
#include "scene.h"

namespace harden::offline {

using namespace std::chrono_literals;

Glance Scene::glance(int look) const
{
    const auto at = static_cast<std::size_t>(look);
    Glance glance{.number = look,
                  .node = {.boot = boot_, .wall = wall_, .since_boot = since_boot_}};
    for (const auto& life : lives_) {
        glance.node.containers.push_back(observed(life, look));
        glance.evidence.emplace(life.id, evidence(look));
    }
    glance.percent_of_core =
        100 * work_->instant[at] * quota_ * (is_crowded(look) ? conditions_.granted : 1);
    return glance;
}

Glance Scene::glance_again(int look)
{
    since_boot_ += 10s;
    wall_ += 10s;
    return glance(look);
}

Observation Scene::observed(const Life& life, int look) const
{
    Observation seen{.container = container(life), .inode = life.inode, .started = life.started};
    seen.counters = counters(life, look);
    if (!work_->shares_network)
        seen.traffic = Traffic{life.links, whole(life.sent), whole(life.received),
                               whole(life.sent / work_->packet_bytes),
                               whole(life.received / work_->packet_bytes)};
    if (!work_->shares_network && conditions_.tracks_flows)
        seen.flows = flows(life, look);
    if (!work_->shares_network && conditions_.counts_refusals)
        seen.refused = whole(life.refused);
    if (!work_->gpu.empty())
        seen.gpu = GpuUse{work_->gpu[static_cast<std::size_t>(look)], 1ULL << 30U};
    forget_unread(seen, look);
    return seen;
}

Container Scene::container(const Life& life) const
{
    return {.id = life.id,
            .name = work_->renewed_every > 0 ? cat(work_->name, "-", life.id.substr(0, 6))
                                             : work_->name,
            .image = work_->image,
            .image_id = cat("sha256:", work_->image),
            .state = "running",
            .labels = {{"com.docker.compose.project", work_->owner}}};
}

Counters Scene::counters(const Life& life, int look) const
{
    Counters counters{.cpu_ns = whole(life.cpu * nanoseconds),
                      .periods = whole(life.periods),
                      .throttled = whole(life.throttled),
                      .throttled_us = whole(life.throttled_s * microseconds),
                      .stalled_us = whole(life.stalled_s * microseconds),
                      .memory_bytes = whole(work_->memory[static_cast<std::size_t>(look)]),
                      .pids = 9,
                      .quota = quota_};
    if (conditions_.is_version_1)
        counters.stalled_us.reset();
    return counters;
}

std::vector<Flow> Scene::flows(const Life& life, int look) const
{
    std::vector<Flow> flows;
    int number = 0;
    for (const auto& plan : work_->flows)
        for (int copy = 0; copy < plan.copies; ++copy, ++number) {
            if (look < plan.from || look >= plan.until)
                continue;
            const auto times = plan.lives > 0 ? look / plan.lives : 0;
            const auto port =
                port_base_ + static_cast<int>(life.inode % 97) + 131 * number + 17 * times;
            flows.push_back(
                {"tcp", static_cast<std::uint16_t>(port), plan.remote, plan.port, true, true});
        }
    return flows;
}

void Scene::forget_unread(Observation& seen, int look) const
{
    if (conditions_.unread < 0 || look < conditions_.unread_from ||
        look >= conditions_.unread_until)
        return;
    auto& counters = seen.counters;
    switch (conditions_.unread) {
    case 0:
        counters.stalled_us.reset();
        break;
    case 1:
        counters.memory_bytes.reset();
        break;
    case 2:
        counters.periods.reset();
        counters.throttled.reset();
        break;
    case 3:
        seen.traffic.reset();
        break;
    case 4:
        seen.flows.reset();
        break;
    case 5:
        seen.refused.reset();
        break;
    default:
        counters.pids.reset();
        break;
    }
}

Evidence Scene::evidence(int look) const
{
    Evidence evidence{.has_argv = work_->shows_argv, .has_memory = work_->shows_memory};
    for (const auto& plan : work_->signs) {
        const auto is_image = plan.sign.what.starts_with("image");
        const auto is_argument = plan.sign.kind == SignKind::Program;
        const auto is_readable =
            is_image || (is_argument ? evidence.has_argv : evidence.has_memory);
        if (is_readable && look >= plan.from && look < plan.until)
            evidence.seen.push_back(plan.sign);
    }
    return evidence;
}

}
