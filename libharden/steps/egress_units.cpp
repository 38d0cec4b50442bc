#include "steps/egress_units.h"

#include "base/shipped.h"

#include <array>

namespace harden {

namespace {

struct Unit {
    std::string name;
    Command start; // without the unit's name
    Command restart;
};

}

// In the order in which they start; what is taken away goes the same way, so that nobody puts
// back what is being removed. The second one waits for the lock that an apply holds, so an apply
// does not wait for it.
static const std::array units{
    Unit{"harden-egress-watch.service", {"systemctl", "start"}, {"systemctl", "restart"}},
    Unit{"harden-egress.service",
         {"systemctl", "--no-block", "start"},
         {"systemctl", "--no-block", "restart"}}};
// One for each other firewall. harden-egress.service brings its instances along as it is enabled;
// they start with their firewalls.
static constexpr auto firewall_unit = "harden-egress@.service";
static constexpr auto firewall_instances = "harden-egress@*.service";
static const std::array files{units[0].name, units[1].name, std::string{firewall_unit}};
static constexpr auto packaged_units = "/lib/systemd/system";
static constexpr auto own_units = "/etc/systemd/system";
static constexpr auto systemd_runs = "/run/systemd/system";

static Result<> must_run(Host& host, const Command& command, const Command& undo)
{
    TRY(succeeded(host.run(command, undo), command));
    return done;
}

static Result<> reload_units(Host& host)
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

static Command with_name(Command command, const std::string& unit)
{
    command.push_back(unit);
    return command;
}

static std::string unit_text(const std::string& unit, const std::string& program)
{
    std::string text{shipped(cat("cron/", unit))};
    for (auto at = text.find(egress_program); at != std::string::npos;
         at = text.find(egress_program, at + program.size()))
        text.replace(at, std::string_view{egress_program}.size(), program);
    return text;
}

// Whether the file had to be written.
static Result<bool> put_unit_file(Host& host, const std::string& unit, const std::string& program)
{
    if (host.status(Path{packaged_units} / unit))
        return false;
    const auto wanted = unit_text(unit, program);
    const auto present = host.read(Path{own_units} / unit);
    if (present && *present == wanted)
        return false;
    TRY(host.write(Path{own_units} / unit, wanted));
    return true;
}

static Result<> start(Host& host, const Unit& unit, bool is_rewritten)
{
    const auto& name = unit.name;
    if (!TRY(is_enabled(host, name)))
        TRY(must_run(host, {"systemctl", "enable", name}, {"systemctl", "disable", name}));
    if (!TRY(is_up(host, name)))
        return must_run(host, with_name(unit.start, name), {"systemctl", "stop", name});
    const auto restart = with_name(unit.restart, name);
    return is_rewritten ? must_run(host, restart, restart) : Result<>{done};
}

static Result<> stop(Host& host, const Unit& unit)
{
    const auto& name = unit.name;
    if (TRY(is_up(host, name)))
        TRY(must_run(host, {"systemctl", "stop", name}, with_name(unit.start, name)));
    if (TRY(is_enabled(host, name)))
        TRY(must_run(host, {"systemctl", "disable", name}, {"systemctl", "enable", name}));
    return done;
}

static Result<> stop_instances(Host& host)
{
    const Command is_any_active{"systemctl", "is-active", "--quiet", firewall_instances};
    if (TRY(host.query(is_any_active)).status != 0)
        return done;
    return must_run(host, {"systemctl", "stop", firewall_instances},
                    {"systemctl", "start", "--all", firewall_instances});
}

Result<> install_egress_units(Host& host, const std::string& program)
{
    if (!host.status(systemd_runs))
        return done;
    std::array<bool, files.size()> is_rewritten{};
    bool is_any_rewritten = false;
    for (std::size_t i = 0; i < files.size(); ++i) {
        is_rewritten[i] = TRY(put_unit_file(host, files[i], program));
        is_any_rewritten = is_any_rewritten || is_rewritten[i];
    }
    if (is_any_rewritten)
        TRY(reload_units(host));
    for (std::size_t i = 0; i < units.size(); ++i)
        TRY(start(host, units[i], is_rewritten[i]));
    return done;
}

Result<> uninstall_egress_units(Host& host)
{
    const bool has_systemd = static_cast<bool>(host.status(systemd_runs));
    if (has_systemd) {
        TRY(stop_instances(host));
        for (const auto& unit : units)
            TRY(stop(host, unit));
    }
    bool is_any_removed = false;
    for (const auto& name : files) {
        const auto file = Path{own_units} / name;
        if (host.status(file).is_absent())
            continue;
        TRY(host.remove(file));
        is_any_removed = true;
    }
    return has_systemd && is_any_removed ? reload_units(host) : Result<>{done};
}

}
