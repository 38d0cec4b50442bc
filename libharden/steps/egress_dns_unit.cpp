#include "steps/egress_dns_unit.h"

#include "base/shipped.h"
#include "steps/egress.h"

namespace harden {

static constexpr auto unit = "harden-egress-dns.service";
static constexpr auto packaged_unit_file = "/lib/systemd/system/harden-egress-dns.service";
static constexpr auto own_unit_file = "/etc/systemd/system/harden-egress-dns.service";
static constexpr auto systemd_runs = "/run/systemd/system";

static Result<> must_run(Host& host, const Command& command, const Command& undo)
{
    TRY(succeeded(host.run(command, undo), command));
    return done;
}

static Result<bool> answers_yes(const Host& host, const Command& question)
{
    const auto output = TRY(host.query(question));
    return output.status == 0;
}

static std::string unit_text(const std::string& program)
{
    std::string text{shipped("cron/harden-egress-dns.service")};
    const std::string_view packaged = egress_program;
    if (const auto at = text.find(packaged); at != std::string::npos)
        text.replace(at, packaged.size(), program);
    return text;
}

static Result<> install_file(Host& host, const std::string& program)
{
    const auto present = host.read(own_unit_file);
    if (host.status(packaged_unit_file) || (present && *present == unit_text(program)))
        return done;
    TRY(host.write(own_unit_file, unit_text(program)));
    return must_run(host, {"systemctl", "daemon-reload"}, {"systemctl", "daemon-reload"});
}

// A node without systemd has nobody to start the unit: its operator runs "egress dns".
Result<> install_dns_unit(Host& host, const std::string& program)
{
    if (!host.status(systemd_runs))
        return done;
    TRY(install_file(host, program));
    if (!TRY(answers_yes(host, {"systemctl", "is-enabled", "--quiet", unit})))
        TRY(must_run(host, {"systemctl", "enable", unit}, {"systemctl", "disable", unit}));
    if (!TRY(answers_yes(host, {"systemctl", "is-active", "--quiet", unit})))
        TRY(must_run(host, {"systemctl", "start", unit}, {"systemctl", "stop", unit}));
    return done;
}

Result<> uninstall_dns_unit(Host& host)
{
    if (!host.status(systemd_runs))
        return done;
    if (TRY(answers_yes(host, {"systemctl", "is-active", "--quiet", unit})))
        TRY(must_run(host, {"systemctl", "stop", unit}, {"systemctl", "start", unit}));
    if (TRY(answers_yes(host, {"systemctl", "is-enabled", "--quiet", unit})))
        TRY(must_run(host, {"systemctl", "disable", unit}, {"systemctl", "enable", unit}));
    if (host.status(own_unit_file).is_absent())
        return done;
    TRY(host.remove(own_unit_file));
    return must_run(host, {"systemctl", "daemon-reload"}, {"systemctl", "daemon-reload"});
}

}
