#include "checks/lanes.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace harden {

namespace {

// What the lanes share with whoever waits for them, and keep where they come too late.
struct Course {
    std::vector<Check> checks;
    std::shared_ptr<const Facts> facts;
    Profile profile;
    std::mutex mutex;
    std::condition_variable arrived;
    std::vector<std::optional<Finding>> findings; // in the order of the checks
    std::size_t undecided;
};

}

static std::vector<std::vector<std::size_t>> lanes_of(const std::vector<Check>& checks)
{
    std::vector<std::vector<std::size_t>> lanes;
    std::map<std::string_view, std::size_t> lane_of;
    for (std::size_t i = 0; i < checks.size(); ++i) {
        const auto [lane, is_new] = lane_of.emplace(checks[i].group, lanes.size());
        if (is_new)
            lanes.emplace_back();
        lanes[lane->second].push_back(i);
    }
    return lanes;
}

static void walk(Course& course, const std::vector<std::size_t>& lane)
{
    for (const auto i : lane) {
        auto finding = finding_of(course.checks[i], *course.facts, course.profile);
        const std::lock_guard held{course.mutex};
        course.findings[i] = std::move(finding);
        --course.undecided;
        course.arrived.notify_one();
    }
}

static Check overdue(Check check)
{
    check.look = [](const Facts&) -> Result<Outcome> {
        return Error{ErrorKind::TimedOut, "was not decided in time: something it asks hangs", {}};
    };
    return check;
}

std::vector<Finding> run_checks_beside(std::vector<Check> checks,
                                       std::shared_ptr<const Facts> facts, Profile profile,
                                       std::chrono::steady_clock::time_point end)
{
    const auto count = checks.size();
    const auto course = std::make_shared<Course>(std::move(checks), std::move(facts), profile);
    course->findings.resize(count);
    course->undecided = count;
    for (auto& lane : lanes_of(course->checks))
        std::thread{[course, lane = std::move(lane)] { walk(*course, lane); }}.detach();
    std::unique_lock held{course->mutex};
    course->arrived.wait_until(held, end, [&] { return course->undecided == 0; });
    std::vector<Finding> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(course->findings[i]
                          ? *course->findings[i]
                          : finding_of(overdue(course->checks[i]), *course->facts, profile));
    return all;
}

}
