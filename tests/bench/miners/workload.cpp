#include "workload.h"

#include "base/text.h"

#include <algorithm>

namespace harden::offline {

static constexpr double mebibyte = 1024.0 * 1024;

Maker::Maker(Random& random, Workload& work)
    : random_{&random}
    , work_{&work}
{
    const auto looks = static_cast<std::size_t>(work.looks);
    for (auto* series :
         {&work.demand, &work.instant, &work.sent, &work.received, &work.memory, &work.refused})
        series->assign(looks, 0.0);
    work.quota = random.pick({0.25, 0.25, 0.25, 0.5, 0.5, 1.0, 2.0, 4.0});
    work.runtime = random.chance(0.35) ? "runsc" : "runc";
    work.shows_argv = work.runtime == "runc";
    work.shows_memory = random.chance(0.9);
    work.owner = cat("tenant-", std::to_string(random.whole(1, 900)));
    work.name = cat("app-", std::to_string(random.whole(1000, 9999)));
    work.image = cat("registry.example/app-", std::to_string(random.whole(1, 400)));
    hold(random.across(20, 200), 0.02);
}

void Maker::use(double level, double deviation, int from, int until)
{
    for (int look = from; look < end(until); ++look) {
        const auto at = static_cast<std::size_t>(look);
        work_->demand[at] = std::clamp(random_->normal(level, deviation), 0.0, 1.0);
        // a second is less even than five minutes
        work_->instant[at] =
            std::clamp(random_->normal(work_->demand[at], std::max(0.05, 2 * deviation)), 0.0, 1.0);
    }
}

void Maker::use_at_looks(double low, double high)
{
    for (auto& share : work_->instant)
        share = random_->between(low, high);
}

void Maker::draw(std::vector<double>& series, double low, double high, int from, int until)
{
    for (int look = from; look < end(until); ++look)
        series[static_cast<std::size_t>(look)] = random_->between(low, high);
}

void Maker::send(double low, double high, int from, int until)
{
    draw(work_->sent, low, high, from, until);
}

void Maker::receive(double low, double high, int from, int until)
{
    draw(work_->received, low, high, from, until);
}

void Maker::refuse(double low, double high, int from, int until)
{
    draw(work_->refused, low, high, from, until);
}

void Maker::hold(double mebibytes, double deviation, int from, int until)
{
    for (int look = from; look < end(until); ++look)
        work_->memory[static_cast<std::size_t>(look)] =
            mebibyte * mebibytes * std::max(0.1, random_->normal(1, deviation));
}

void Maker::grow(double from_mebibytes, double to_mebibytes)
{
    for (int look = 0; look < work_->looks; ++look)
        work_->memory[static_cast<std::size_t>(look)] =
            mebibyte * (from_mebibytes + (to_mebibytes - from_mebibytes) * look / work_->looks);
}

void Maker::use_gpu(double level, double deviation, int from, int until)
{
    work_->gpu.resize(static_cast<std::size_t>(work_->looks));
    for (int look = from; look < end(until); ++look)
        work_->gpu[static_cast<std::size_t>(look)] =
            std::clamp(random_->normal(level, deviation), 0.0, 1.0);
}

void Maker::connect(std::string remote, std::uint16_t port, int from, int until, int lives)
{
    work_->flows.push_back({std::move(remote), port, from, end(until), lives});
}

void Maker::connect_briefly(std::uint16_t port, int copies)
{
    work_->flows.push_back({internet_address(), port, 0, work_->looks, 1, copies});
}

void Maker::show(SignKind kind, std::string what, int from, int until)
{
    work_->signs.push_back({{kind, std::move(what)}, from, end(until)});
}

void Maker::sandbox(bool shows_memory)
{
    work_->runtime = "runsc";
    work_->shows_argv = false;
    work_->shows_memory = shows_memory;
}

std::string Maker::internet_address()
{
    return cat(random_->pick({"198.51.100.", "203.0.113.", "192.0.2."}),
               std::to_string(random_->whole(1, 200)));
}

}
