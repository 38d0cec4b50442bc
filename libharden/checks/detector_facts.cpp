#include "checks/detector_facts.h"

#include <algorithm>

namespace harden {

bool runs_program(std::string_view cron_file, std::string_view program)
{
    constexpr std::size_t user_field = 5; // after minute, hour, day, month, weekday
    for (const auto line : lines(cron_file)) {
        auto words = split(trim(line), ' ');
        std::erase(words, std::string_view{});
        if (words.size() <= user_field + 1 || words.front().starts_with('#'))
            continue;
        if (std::ranges::find(words.begin() + user_field + 1, words.end(), program) != words.end())
            return true;
    }
    return false;
}

// cron skips files that somebody else than root could have written.
static Result<std::string> wrong_with_cron(const Host& host, const std::string& text,
                                           const FileStatus& status)
{
    if (status.owner != 0 || (status.mode & 022U) != 0)
        return cat(detector_cron_file, " is not root's alone, so cron skips it");
    if (!runs_program(text, detector_program))
        return cat(detector_cron_file, " does not run ", detector_program);
    if (!TRY(cron_runs(host)))
        return cat(detector_cron_file, " is there, but no cron daemon runs");
    return std::string{};
}

static Result<bool> timer_is_active(const Host& host)
{
    const auto answer = host.query({"systemctl", "is-active", detector_timer});
    if (answer.is_absent())
        return false;
    return trim(TRY(answer).out) == "active";
}

Result<DetectorSchedule> detector_schedule(const Facts& facts)
{
    const auto& host = facts.host();
    DetectorSchedule schedule;
    const auto text = host.read(detector_cron_file);
    if (!text.is_absent()) {
        const auto status = TRY(host.status(detector_cron_file));
        schedule.since = status.modified;
        schedule.defect = TRY(wrong_with_cron(host, TRY(text), status));
        if (schedule.defect.empty())
            schedule.by = "cron";
    }
    if (schedule.by.empty() && TRY(timer_is_active(host))) {
        schedule.by = "timer";
        schedule.defect.clear();
        if (const auto program = host.status(detector_program))
            schedule.since = program->modified;
    }
    return schedule;
}

Result<MinerState> detector_state(const Facts& facts)
{
    return read_miner_state(facts.host());
}

}
