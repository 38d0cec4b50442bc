#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace harden {

// Work that waits for a free thread. One client can neither fill the queue nor keep all threads.
class DnsJobs {
public:
    struct Job {
        std::string client;
        int most_running = 1; // of this client at the same time
        std::function<void()> work;
    };

    // False: the client or everybody together has too much waiting.
    bool put(Job job)
    {
        const std::lock_guard guard{mutex_};
        auto& count = counts_[job.client];
        if (waiting_.size() >= most_waiting || count.waiting >= most_waiting_of_one)
            return false;
        ++count.waiting;
        waiting_.push_back(std::move(job));
        ready_.notify_one();
        return true;
    }

    // Runs one job to its end.
    void work()
    {
        auto job = next();
        job.work();
        const std::lock_guard guard{mutex_};
        const auto count = counts_.find(job.client);
        if (--count->second.running == 0 && count->second.waiting == 0)
            counts_.erase(count);
        ready_.notify_one();
    }

private:
    static constexpr std::size_t most_waiting = 1024;
    static constexpr int most_waiting_of_one = 64;

    struct Count {
        int waiting = 0;
        int running = 0;
    };

    Job next()
    {
        std::unique_lock lock{mutex_};
        for (;;) {
            for (auto job = waiting_.begin(); job != waiting_.end(); ++job) {
                auto& count = counts_[job->client];
                if (count.running >= job->most_running)
                    continue;
                --count.waiting;
                ++count.running;
                auto taken = std::move(*job);
                waiting_.erase(job);
                return taken;
            }
            ready_.wait(lock);
        }
    }

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> waiting_;
    std::map<std::string, Count> counts_;
};

}
