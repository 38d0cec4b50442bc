#include "system/canaries.h"

#include "system/canary_cleaner.h"
#include "system/canary_engine.h"
#include "system/packet_attempts.h"

#include <algorithm>
#include <future>
#include <map>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace harden {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

static constexpr milliseconds start_patience{8'000};
static constexpr milliseconds end_patience{6'000};
static constexpr milliseconds between_looks{40};

static void pause_for(milliseconds time)
{
    poll(nullptr, 0, static_cast<int>(time.count()));
}

namespace {

// All canaries of one round: each has a thread, and those that ask others wait for their addresses.
class Round {
public:
    Round(const CanaryEngine& engine, const std::vector<CanaryOrder>& orders);
    std::vector<CanarySighting> run();

private:
    void run_one(std::size_t index);
    Result<> live(std::size_t index, const std::string& container);
    Result<std::vector<std::string>> addressed(const CanaryOrder& order) const;
    Result<> await_ready(const std::string& container, CanarySighting& sighting) const;
    void visit(const CanaryOrder& order, const ContainerDetails& details) const;
    Result<> finish(const std::string& container, CanarySighting& sighting) const;

    const CanaryEngine& engine_;
    const std::vector<CanaryOrder>& orders_;
    std::vector<CanarySighting> seen_;
    std::vector<std::promise<std::string>> addresses_;
    std::map<std::string, std::shared_future<std::string>> known_;
};

}

Round::Round(const CanaryEngine& engine, const std::vector<CanaryOrder>& orders)
    : engine_{engine}
    , orders_{orders}
    , seen_(orders.size())
    , addresses_(orders.size())
{
    for (std::size_t i = 0; i < orders.size(); ++i)
        if (orders[i].serves)
            known_[orders[i].name] = addresses_[i].get_future().share();
}

static bool has_line(std::string_view text, std::string_view wanted)
{
    return std::ranges::any_of(lines(text), [&](auto line) { return line == wanted; });
}

// The addresses of those that it asks, or why it asks in vain.
Result<std::vector<std::string>> Round::addressed(const CanaryOrder& order) const
{
    auto task = order.task;
    for (auto& word : task) {
        if (!word.starts_with('@'))
            continue;
        const auto other = known_.find(word.substr(1));
        if (other == known_.end())
            return Error{ErrorKind::Failed, cat("nobody serves as ", word), {}};
        word = other->second.get();
        if (word.empty())
            return Error{ErrorKind::Failed, "the one that it was to ask did not start", {}};
    }
    return task;
}

Result<> Round::await_ready(const std::string& container, CanarySighting& sighting) const
{
    const auto deadline = SteadyClock::now() + start_patience;
    for (;;) {
        sighting.answer = TRY(engine_.output(container));
        if (has_line(sighting.answer, "ready") || has_line(sighting.answer, "end"))
            return done;
        if (SteadyClock::now() >= deadline)
            return Error{ErrorKind::TimedOut, "it did not answer in time", {}};
        const auto details = TRY(engine_.inspect(container));
        if (details.pid == 0) // ended
            return done;
        pause_for(between_looks);
    }
}

void Round::visit(const CanaryOrder& order, const ContainerDetails& details) const
{
    for (int i = 0; order.visit && i < order.visits; ++i) {
        if (i > 0)
            pause_for(order.between_visits);
        order.visit(details);
    }
}

Result<> Round::finish(const std::string& container, CanarySighting& sighting) const
{
    if (has_line(sighting.answer, "ready"))
        (void)static_cast<bool>(engine_.permit(container)); // one that has ended needs none
    const auto end = TRY(engine_.await_end(container, end_patience));
    sighting.status = end.status;
    sighting.was_out_of_memory = end.was_out_of_memory;
    sighting.answer = TRY(engine_.output(container));
    return done;
}

Result<> Round::live(std::size_t index, const std::string& container)
{
    const auto& order = orders_[index];
    auto& sighting = seen_[index];
    const auto task = TRY(addressed(order));
    TRY(engine_.create(container, order, task));
    TRY(engine_.start(container));
    TRY(await_ready(container, sighting));
    const auto details = TRY(engine_.inspect(container));
    for (const auto& endpoint : details.endpoints)
        sighting.address = endpoint.address4;
    if (!order.serves) {
        visit(order, details);
        return finish(container, sighting);
    }
    sighting.answers_the_node =
        !sighting.address.empty() && accepts_connection(sighting.address, canary_port);
    addresses_[index].set_value(sighting.address);
    return done;
}

void Round::run_one(std::size_t index)
{
    const auto& order = orders_[index];
    const auto container =
        cat("harden-verify-", std::to_string(getpid()), "-", std::to_string(index));
    const auto lived = live(index, container);
    if (!lived)
        seen_[index].problem = lived.error().message;
    if (order.serves && !lived)
        addresses_[index].set_value({});
    if (!order.serves)
        (void)static_cast<bool>(engine_.remove(container)); // the cleaner has the last word
}

std::vector<CanarySighting> Round::run()
{
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < orders_.size(); ++i)
        threads.emplace_back([this, i] { run_one(i); });
    for (auto& thread : threads)
        thread.join();
    return std::move(seen_);
}

CanaryProbe canaries_of(std::string image)
{
    return [image = std::move(image)](
               const std::vector<CanaryOrder>& orders) -> Result<std::vector<CanarySighting>> {
        auto cleaner = TRY(CanaryCleaner::start());
        const auto engine = TRY(CanaryEngine::connect());
        TRY(engine.import_image(image).during("import the canary"));
        auto seen = Round{engine, orders}.run();
        TRY(cleaner.finish());
        return seen;
    };
}

}
