#include "steps/firewall_unit.h"

#include "base/shipped.h"

namespace harden {

static constexpr auto unit = "harden-firewall.service";
static constexpr auto packaged_unit_file = "/lib/systemd/system/harden-firewall.service";
static constexpr auto own_unit_file = "/etc/systemd/system/harden-firewall.service";
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

static Result<bool> is_enabled(const Host& host)
{
    const auto answer = TRY(host.query({"systemctl", "is-enabled", "--quiet", unit}));
    return answer.status == 0;
}

// Or on its way: it waits for the lock that an apply holds.
static Result<bool> is_up(const Host& host)
{
    const auto answer =
        TRY(host.query({"systemctl", "show", "--property=ActiveState", "--value", unit}));
    const auto state = trim(answer.out);
    return state == "active" || state == "activating" || state == "reloading";
}

static std::string unit_text(const std::string& program)
{
    std::string text{shipped("cron/harden-firewall.service")};
    const std::string_view packaged = firewall_program;
    for (auto at = text.find(packaged); at != std::string::npos;
         at = text.find(packaged, at + program.size()))
        text.replace(at, packaged.size(), program);
    return text;
}

static Result<> install_file(Host& host, const std::string& program)
{
    const auto wanted = unit_text(program);
    const auto present = host.read(own_unit_file);
    if (host.status(packaged_unit_file) || (present && *present == wanted))
        return done;
    TRY(host.write(own_unit_file, wanted));
    return reload_units(host);
}

Result<> install_firewall_unit(Host& host, const std::string& program)
{
    if (!host.status(systemd_runs))
        return done;
    TRY(install_file(host, program));
    if (!TRY(is_enabled(host)))
        TRY(must_run(host, {"systemctl", "enable", unit}, {"systemctl", "disable", unit}));
    if (!TRY(is_up(host)))
        TRY(must_run(host, {"systemctl", "--no-block", "start", unit},
                     {"systemctl", "stop", unit}));
    return done;
}

Result<> uninstall_firewall_unit(Host& host)
{
    const bool has_systemd = static_cast<bool>(host.status(systemd_runs));
    if (has_systemd && TRY(is_up(host)))
        TRY(must_run(host, {"systemctl", "stop", unit},
                     {"systemctl", "--no-block", "start", unit}));
    if (has_systemd && TRY(is_enabled(host)))
        TRY(must_run(host, {"systemctl", "disable", unit}, {"systemctl", "enable", unit}));
    if (host.status(own_unit_file).is_absent())
        return done;
    TRY(host.remove(own_unit_file));
    return has_systemd ? reload_units(host) : Result<>{done};
}

}
