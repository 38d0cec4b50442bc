#include "steps/fleet_run.h"

#include <algorithm>
#include <mutex>
#include <thread>

namespace harden {

namespace {

// What the threads share; each call is one look at it under its lock.
class Board {
public:
    explicit Board(std::size_t hosts, const FleetWork& with)
        : fates_(hosts)
        , with_{with}
    {
    }

    void open(const Wave& wave)
    {
        const std::lock_guard held{turn_};
        wave_ = &wave;
        next_ = wave.first;
        failed_ = 0;
    }

    bool goes_on()
    {
        const std::lock_guard held{turn_};
        if (!stop_ && with_.is_interrupted())
            stop_ = Fate::Interrupted;
        return !stop_;
    }

    // The next host of the wave to begin with; none where there is none or none shall be begun.
    std::optional<std::size_t> take()
    {
        if (!goes_on())
            return {};
        const std::lock_guard held{turn_};
        if (stop_ || next_ == wave_->first + wave_->count)
            return {};
        return next_++;
    }

    void ended(std::size_t host, bool good)
    {
        const std::lock_guard held{turn_};
        fates_[host] = good ? Fate::Good : Fate::Bad;
        failed_ += good ? 0 : 1;
        if (!stop_ && wave_->max_fail && failed_ > *wave_->max_fail)
            stop_ = wave_->is_canary ? Fate::CanaryFailed : Fate::TooManyFailed;
    }

    std::vector<Fate> fates() const
    {
        std::vector<Fate> all;
        for (const auto& fate : fates_)
            all.push_back(fate ? *fate : stop_.value_or(Fate::Interrupted));
        return all;
    }

private:
    std::mutex turn_;
    std::vector<std::optional<Fate>> fates_; // none: not begun
    const FleetWork& with_;
    const Wave* wave_ = nullptr;
    std::size_t next_ = 0;
    std::size_t failed_ = 0;
    std::optional<Fate> stop_;
};

}

std::vector<Fate> run_waves(const std::vector<Wave>& waves, std::size_t parallel,
                            const FleetWork& with)
{
    Board board{waves.empty() ? 0 : waves.back().first + waves.back().count, with};
    for (std::size_t number = 0; number < waves.size() && board.goes_on(); ++number) {
        board.open(waves[number]);
        with.begins(number);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < std::min(parallel, waves[number].count); ++i)
            threads.emplace_back([&] {
                for (auto host = board.take(); host; host = board.take())
                    board.ended(*host, with.work(*host, number));
            });
        for (auto& thread : threads)
            thread.join();
    }
    return board.fates();
}

}
