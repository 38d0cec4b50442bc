#include "steps/own_units.h"

#include "base/shipped.h"

namespace harden {

static constexpr auto packaged_units = "/lib/systemd/system";
static constexpr auto own_units = "/etc/systemd/system";
static constexpr auto systemd_runs = "/run/systemd/system";

std::string installed_program(const Host& host, const std::string& packaged)
{
    if (host.status(packaged))
        return packaged;
    const auto self = host.status("/proc/self/exe");
    return self ? self->target.string() : packaged;
}

Path own_unit_file(const std::string& name)
{
    return Path{own_units} / name;
}

static Result<> must_run(Host& host, const Command& command, const Command& undo)
{
    TRY(succeeded(host.run(command, undo), command));
    return done;
}

Result<> reload_units(Host& host)
{
    const Command reload{"systemctl", "daemon-reload"};
    return must_run(host, reload, reload);
}

static Result<bool> is_enabled(const Host& host, const std::string& unit)
{
    const auto answer = TRY(host.query({"systemctl", "is-enabled", "--quiet", unit}));
    return answer.status == 0;
}

// Or on its way.
static Result<bool> is_up(const Host& host, const std::string& unit)
{
    const auto answer =
        TRY(host.query({"systemctl", "show", "--property=ActiveState", "--value", unit}));
    const auto state = trim(answer.out);
    return state == "active" || state == "activating" || state == "reloading";
}

static Command order(const OwnUnit& unit, const std::string& verb)
{
    return unit.is_waited_for ? Command{"systemctl", verb, unit.name}
                              : Command{"systemctl", "--no-block", verb, unit.name};
}

static std::string text_of(const OwnUnit& unit, const std::string& program)
{
    std::string text{shipped(cat("cron/", unit.name))};
    for (auto at = text.find(unit.program); at != std::string::npos;
         at = text.find(unit.program, at + program.size()))
        text.replace(at, unit.program.size(), program);
    return text;
}

// Whether the file had to be written.
static Result<bool> put_file(Host& host, const OwnUnit& unit, const std::string& program)
{
    if (host.status(Path{packaged_units} / unit.name))
        return false;
    const auto wanted = text_of(unit, program);
    const auto present = host.read(own_unit_file(unit.name));
    if (present && *present == wanted)
        return false;
    TRY(host.write(own_unit_file(unit.name), wanted));
    return true;
}

static Result<> start(Host& host, const OwnUnit& unit, bool is_rewritten)
{
    const auto& name = unit.name;
    if (!TRY(is_enabled(host, name)))
        TRY(must_run(host, {"systemctl", "enable", name}, {"systemctl", "disable", name}));
    if (!TRY(is_up(host, name)))
        return must_run(host, order(unit, "start"), {"systemctl", "stop", name});
    const auto restart = order(unit, "restart");
    return is_rewritten ? must_run(host, restart, restart) : Result<>{done};
}

static Result<> stop(Host& host, const OwnUnit& unit)
{
    const auto& name = unit.name;
    if (TRY(is_up(host, name)))
        TRY(must_run(host, {"systemctl", "stop", name}, order(unit, "start")));
    if (TRY(is_enabled(host, name)))
        TRY(must_run(host, {"systemctl", "disable", name}, {"systemctl", "enable", name}));
    return done;
}

// "harden-egress@.service": those of its instances that other units have started.
static Result<> stop_instances(Host& host, const OwnUnit& unit)
{
    auto instances = unit.name;
    instances.insert(instances.find('@') + 1, "*");
    if (TRY(host.query({"systemctl", "is-active", "--quiet", instances})).status != 0)
        return done;
    return must_run(host, {"systemctl", "stop", instances},
                    {"systemctl", "start", "--all", instances});
}

Result<> install_units(Host& host, const std::vector<OwnUnit>& units, const std::string& program)
{
    if (!host.status(systemd_runs))
        return done;
    std::vector<bool> are_rewritten;
    bool is_any_rewritten = false;
    for (const auto& unit : units) {
        are_rewritten.push_back(TRY(put_file(host, unit, program)));
        is_any_rewritten = is_any_rewritten || are_rewritten.back();
    }
    if (is_any_rewritten)
        TRY(reload_units(host));
    for (std::size_t i = 0; i < units.size(); ++i)
        if (!units[i].is_template)
            TRY(start(host, units[i], are_rewritten[i]));
    return done;
}

Result<> uninstall_units(Host& host, const std::vector<OwnUnit>& units)
{
    const bool has_systemd = static_cast<bool>(host.status(systemd_runs));
    if (has_systemd)
        for (const auto& unit : units)
            TRY(unit.is_template ? stop_instances(host, unit) : stop(host, unit));
    bool is_any_removed = false;
    for (const auto& unit : units) {
        const auto file = own_unit_file(unit.name);
        if (host.status(file).is_absent())
            continue;
        TRY(host.remove(file));
        is_any_removed = true;
    }
    return has_systemd && is_any_removed ? reload_units(host) : Result<>{done};
}

}
