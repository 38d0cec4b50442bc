#include "steps/detector.h"

#include "base/shipped.h"
#include "steps/own_units.h"
#include "usage/schedule.h"

namespace harden {

static constexpr auto units = "/etc/systemd/system";

static bool holds(const Host& host, const Path& file, std::string_view contents)
{
    const auto present = host.read(file);
    return present && *present == contents;
}

// Whether the file had to be written.
static Result<bool> put(Host& host, const Path& file, std::string_view shipped_name)
{
    const auto contents = shipped(shipped_name);
    if (holds(host, file, contents))
        return false;
    TRY(host.write(file, contents, {.mode = 0644}));
    return true;
}

static Result<bool> take_away(Host& host, const Path& file)
{
    const auto status = host.status(file);
    if (status.is_absent())
        return false;
    TRY(host.remove(file));
    return true;
}

static Result<> run(Host& host, const Command& command, const Command& undo)
{
    TRY(succeeded(host.run(command, undo), command));
    return done;
}

static Result<bool> timer_is_active(const Host& host)
{
    const auto answer = host.query({"systemctl", "is-active", detector_timer});
    if (answer.is_absent())
        return false;
    const auto state = TRY(answer);
    return trim(state.out) == "active";
}

// A package brings the same units to the distribution's own directory.
static Result<bool> put_unit(Host& host, const std::string& unit)
{
    const auto name = cat("cron/", unit);
    for (const auto* directory : {"/usr/lib/systemd/system", "/lib/systemd/system"})
        if (holds(host, Path{directory} / unit, shipped(name)))
            return false;
    return put(host, Path{units} / unit, name);
}

static Result<bool> start_timer(Host& host)
{
    const auto service = TRY(put_unit(host, detector_service));
    const auto timer = TRY(put_unit(host, detector_timer));
    if (service || timer)
        TRY(reload_units(host));
    const auto active = TRY(timer_is_active(host));
    if (!active)
        TRY(run(host, {"systemctl", "enable", "--now", detector_timer},
                {"systemctl", "disable", "--now", detector_timer}));
    return service || timer || !active;
}

static Result<bool> stop_timer(Host& host)
{
    const auto active = TRY(timer_is_active(host));
    if (active)
        TRY(run(host, {"systemctl", "disable", "--now", detector_timer},
                {"systemctl", "enable", "--now", detector_timer}));
    const auto timer = TRY(take_away(host, Path{units} / detector_timer));
    const auto service = TRY(take_away(host, Path{units} / detector_service));
    if (timer || service)
        TRY(reload_units(host));
    return active || timer || service;
}

static Result<bool> schedule(Host& host)
{
    const auto by_cron = TRY(cron_runs(host));
    if (!by_cron) {
        const auto entry = TRY(take_away(host, detector_cron_file));
        const auto timer = TRY(start_timer(host));
        return entry || timer;
    }
    const auto timer = TRY(stop_timer(host));
    const auto entry = TRY(put(host, detector_cron_file, "cron/harden-detect-miners.cron"));
    return entry || timer;
}

static Result<> first_look(Host& host)
{
    constexpr int found_something = 1;
    const Command look{detector_program, "--quiet"};
    const auto outcome = TRY(host.run(look));
    if (outcome.status > found_something)
        return Error{ErrorKind::Failed, cat("the first look failed: ", escaped(trim(outcome.err))),
                     cat("run ", detector_program)};
    return done;
}

static Result<> install(Node& node)
{
    auto& host = node.host();
    const auto program = host.status(detector_program);
    if (program.is_absent())
        return Error{ErrorKind::NotFound, cat(detector_program, " is not installed"),
                     "install the package harden"};
    if (host.status("/etc/logrotate.d"))
        TRY(put(host, detector_rotation_file, "cron/harden-detect-miners.logrotate"));
    const auto changed = TRY(schedule(host));
    if (changed)
        TRY(first_look(host));
    return done;
}

static Result<> uninstall(Node& node)
{
    auto& host = node.host();
    TRY(take_away(host, detector_cron_file));
    TRY(stop_timer(host));
    TRY(take_away(host, detector_rotation_file));
    return done;
}

Step detector_step()
{
    return {.id = "detector",
            .title = "Miner detector, every five minutes",
            .settles = {"detector.scheduled", "detector.installed"},
            .apply = install};
}

Step detector_removal()
{
    return {.id = "detector", .title = "Miner detector", .settles = {}, .apply = uninstall};
}

}
