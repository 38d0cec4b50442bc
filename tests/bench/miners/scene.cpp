#include "scene.h"

#include "base/text.h"

#include <algorithm>

namespace harden::offline {

using namespace std::chrono_literals;

Scene::Scene(const Workload& work, const Conditions& conditions, Random& random)
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

std::vector<Glance> Scene::play()
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

Life Scene::born(double seconds_ago)
{
    Life life{.inode = whole(random_->between(1e3, 1e9)), .links = whole(random_->between(1, 1e6))};
    for (int i = 0; i < 64; ++i)
        life.id += "0123456789abcdef"[random_->whole(0, 15)];
    life.started = since_boot_ - std::chrono::nanoseconds{whole(seconds_ago * nanoseconds)};
    return life;
}

void Scene::begin_anew(Life& life, double seconds_ago)
{
    auto id = life.id;
    life = born(seconds_ago);
    life.id = std::move(id);
}

void Scene::befall(int look)
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

bool Scene::is_crowded(int look) const
{
    return look >= conditions_.crowded_from && look < conditions_.crowded_until;
}

// The time up to a look goes by, and the kernel counts.
void Scene::pass(int look)
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

void Scene::use(Life& life, int look, double seconds) const
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
    life.stalled_s +=
        own_wait + std::min(seconds, crowd) + (is_crowded(look) ? 0.05 : 0.003) * wanted * seconds;
    life.sent += work_->sent[at] * seconds;
    life.received += work_->received[at] * seconds;
    life.refused += std::floor(work_->refused[at]);
}

}
