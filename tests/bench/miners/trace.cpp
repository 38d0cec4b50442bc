#include "trace.h"

#include "base/text.h"
#include "conditions.h"

#include <algorithm>
#include <numeric>

namespace harden::offline {

using namespace std::chrono_literals;

static constexpr double nanoseconds = 1e9;
static constexpr double microseconds = 1e6;

static std::uint64_t whole(double value)
{
    return static_cast<std::uint64_t>(std::max(0.0, value));
}

// One container's counters, as the kernel keeps them.
struct Life {
    std::string id;
    std::uint64_t inode = 0;
    std::uint64_t links = 0;
    std::chrono::nanoseconds started{};
    double cpu = 0; // seconds
    double periods = 0;
    double throttled = 0;
    double throttled_s = 0;
    double stalled_s = 0;
    double sent = 0;
    double received = 0;
    double refused = 0;
};

// Plays one workload on one node and writes down what each look sees.
class Scene {
public:
    Scene(const Workload& work, const Conditions& conditions, Random& random)
        : work_{&work}
        , conditions_{conditions}
        , random_{&random}
        , quota_{work.quota}
        , boot_{cat("boot-", std::to_string(random.whole(1, 1'000'000)))}
        , since_boot_{std::chrono::seconds{random.whole(20'000, 9'000'000)}}
        , port_base_{random.whole(32'768, 50'000)}
    {
        for (int copy = 0; copy < work.copies; ++copy)
            lives_.push_back(born(random.whole(0, 20'000)));
    }

    std::vector<Glance> play()
    {
        std::vector<Glance> glances;
        for (int look = 0; look < work_->looks; ++look) {
            pass(look);
            if (look >= conditions_.missed_from && look < conditions_.missed_until)
                continue;
            glances.push_back(glance(look));
            if (look == conditions_.too_soon)
                glances.push_back(glance_again(look));
        }
        return glances;
    }

private:
    Life born(double seconds_ago)
    {
        Life life{.inode = whole(random_->between(1e3, 1e9)),
                  .links = whole(random_->between(1, 1e6))};
        for (int i = 0; i < 64; ++i)
            life.id += "0123456789abcdef"[random_->whole(0, 15)];
        life.started = since_boot_ - std::chrono::nanoseconds{whole(seconds_ago * nanoseconds)};
        return life;
    }

    void begin_anew(Life& life, double seconds_ago)
    {
        auto id = life.id;
        life = born(seconds_ago);
        life.id = std::move(id);
    }

    void befall(int look)
    {
        for (auto& life : lives_) {
            const auto id = life.id;
            if (look == conditions_.reboot)
                since_boot_ = std::chrono::seconds{random_->whole(60, 400)};
            if (look == conditions_.restart || look == conditions_.reboot)
                begin_anew(life, 0);
            if (look == conditions_.reset)
                life.cpu = life.periods = life.throttled = life.throttled_s = life.stalled_s = 0;
            if (look == conditions_.other_process)
                life.started += 17s;
        }
        if (look == conditions_.reboot)
            boot_ += "-again";
        if (look == conditions_.clock_jump)
            wall_ += std::chrono::hours{random_->whole(-30, 30)};
        if (look == conditions_.new_quota)
            quota_ *= conditions_.quota_factor;
    }

    bool is_crowded(int look) const
    {
        return look >= conditions_.crowded_from && look < conditions_.crowded_until;
    }

    // The time up to a look goes by, and the kernel counts.
    void pass(int look)
    {
        befall(look);
        const auto seconds = std::clamp(random_->normal(300, 6), 240.0, 420.0);
        const std::chrono::nanoseconds passed{whole(seconds * nanoseconds)};
        since_boot_ += passed;
        wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(passed);
        for (auto& life : lives_) {
            auto share = 1.0;
            if (work_->renewed_every > 0 && look % work_->renewed_every == 0) {
                share = random_->between(0.3, 0.95);
                life = born(seconds * share);
            }
            use(life, look, seconds * share);
        }
    }

    void use(Life& life, int look, double seconds) const
    {
        const auto at = static_cast<std::size_t>(look);
        const auto wanted = work_->demand[at];
        const auto got = is_crowded(look) ? wanted * conditions_.granted : wanted;
        life.cpu += got * quota_ * seconds;
        life.periods += seconds * 10;
        // an own quota is felt where more is wanted than it allows
        const auto own = got >= 0.97 ? 0.92 : got >= 0.8 ? 0.4 * (got - 0.75) : 0.01;
        life.throttled += seconds * 10 * own;
        const auto own_wait = seconds * own * std::max(0.1, 1 - std::min(1.0, quota_));
        life.throttled_s += own_wait;
        const auto crowd = is_crowded(look) ? (wanted - got) * quota_ * seconds : 0;
        life.stalled_s += own_wait + std::min(seconds, crowd) +
                          (is_crowded(look) ? 0.05 : 0.003) * wanted * seconds;
        life.sent += work_->sent[at] * seconds;
        life.received += work_->received[at] * seconds;
        life.refused += std::floor(work_->refused[at]);
    }

    Glance glance(int look) const
    {
        const auto at = static_cast<std::size_t>(look);
        Glance glance{.node = {.boot = boot_, .wall = wall_, .since_boot = since_boot_}};
        for (const auto& life : lives_) {
            glance.node.containers.push_back(observed(life, look));
            glance.evidence.emplace(life.id, evidence(look));
        }
        glance.percent_of_core =
            100 * work_->instant[at] * quota_ * (is_crowded(look) ? conditions_.granted : 1);
        return glance;
    }

    Glance glance_again(int look)
    {
        since_boot_ += 10s;
        wall_ += 10s;
        return glance(look);
    }

    Observation observed(const Life& life, int look) const
    {
        Observation seen{
            .container = container(life), .inode = life.inode, .started = life.started};
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

    Container container(const Life& life) const
    {
        return {.id = life.id,
                .name = work_->name,
                .image = work_->image,
                .image_id = cat("sha256:", work_->image),
                .state = "running",
                .labels = {{"harden.owner", work_->owner}}};
    }

    Counters counters(const Life& life, int look) const
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

    std::vector<Flow> flows(const Life& life, int look) const
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

    void forget_unread(Observation& seen, int look) const
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

    Evidence evidence(int look) const
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

    const Workload* work_;
    Conditions conditions_;
    Random* random_;
    double quota_;
    std::string boot_;
    std::chrono::nanoseconds since_boot_;
    std::chrono::system_clock::time_point wall_{std::chrono::seconds{1'800'000'000}};
    int port_base_;
    std::vector<Life> lives_;
};

static bool has_hard_evidence(const std::vector<Glance>& glances)
{
    constexpr std::ptrdiff_t hour = 12;
    return std::ranges::count_if(glances, [](const Glance& glance) {
               return std::ranges::any_of(
                   glance.evidence, [](const auto& each) { return !each.second.seen.empty(); });
           }) >= hour;
}

static int length(Random& random)
{
    const auto usual = random.whole(54, 66); // about five hours
    return random.chance(0.08) ? 160 : usual;
}

Trace make_trace(const Family& family, std::uint64_t seed)
{
    const auto mark = std::accumulate(
        family.name.begin(), family.name.end(), std::uint64_t{14'695'981'039'346'656'037U},
        [](std::uint64_t sum, char letter) {
            return (sum ^ static_cast<unsigned char>(letter)) * 1'099'511'628'211U;
        });
    Random random{mark ^ (seed * 0x2545f4914f6cdd1dULL)};
    Workload work{.looks = length(random)};
    Maker maker{random, work};
    family.make(maker);
    const auto conditions = draw_conditions(random, work.looks);
    Trace trace{.family = &family, .name = work.name};
    trace.glances = Scene{work, conditions, random}.play();
    trace.has_hard_evidence = has_hard_evidence(trace.glances);
    return trace;
}

}
