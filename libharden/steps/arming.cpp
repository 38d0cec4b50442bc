#include "steps/arming.h"

#include "node/journal.h"

#include <algorithm>
#include <cctype>

namespace harden {

static constexpr auto systemd_runs = "/run/systemd/system"; // there while it is process 1

static constexpr std::string_view boot_name = "harden-boot-revert-";

static std::string timer_name(const std::string& id)
{
    return cat("harden-revert-", id);
}
static std::string unit_name(const std::string& id)
{
    return cat(boot_name, id, ".service");
}
static Path unit_file(const std::string& id)
{
    return Path{"/etc/systemd/system"} / unit_name(id);
}
static Path unit_link(const std::string& id)
{
    return Path{"/etc/systemd/system/multi-user.target.wants"} / unit_name(id);
}
static Path cron_file(const std::string& id)
{
    return Path{"/etc/cron.d"} / cat(boot_name, id);
}

// Can stand in a unit file and a crontab as it is.
static bool is_plain(const std::string& path)
{
    return std::ranges::all_of(path, [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '/' || letter == '-' || letter == '_' ||
               letter == '.' || letter == '+';
    });
}

static Result<Path> lasting_program(Host& host, const std::string& id)
{
    const auto own = TRY(host.status("/proc/self/exe").during("find this program")).target;
    if (own.native().starts_with("/usr/") && is_plain(own))
        return own;
    const auto copy = Path{transactions_directory} / id / "revert";
    TRY(host.write(copy, TRY(host.read("/proc/self/exe")), {.mode = 0700, .owner = 0, .group = 0}));
    return copy;
}

static Command revert_command(const Path& program, const std::string& id)
{
    return {program.native(), "rollback", id, "--if-unconfirmed"};
}

static std::string unit_text(const Command& revert, const std::string& id)
{
    return cat("[Unit]\n"
               "Description=Take back the unconfirmed change ",
               id,
               " of harden\n"
               "DefaultDependencies=no\n"
               "RequiresMountsFor=",
               transactions_directory, " ", revert.front(),
               "\n"
               "After=local-fs.target\n"
               "Before=ssh.service sshd.service docker.service network-pre.target "
               "shutdown.target\n"
               "Conflicts=shutdown.target\n"
               "ConditionPathExists=",
               transactions_directory, "/", id,
               "/record.json\n"
               "\n[Service]\n"
               "Type=oneshot\n"
               "ExecStart=",
               join(revert, " "),
               "\n"
               "\n[Install]\n"
               "WantedBy=multi-user.target\n");
}

static Result<> start_timer(Host& host, const Command& revert, const std::string& id,
                            std::chrono::seconds within)
{
    Command command{"systemd-run",
                    "--quiet",
                    "--collect",
                    cat("--unit=", timer_name(id)),
                    cat("--description=Take back the unconfirmed change ", id, " of harden"),
                    cat("--on-active=", std::to_string(within.count())),
                    "--timer-property=AccuracySec=100ms",
                    "--service-type=oneshot",
                    "--property=Restart=on-failure",
                    "--property=RestartSec=10"};
    command.insert(command.end(), revert.begin(), revert.end());
    TRY(succeeded(host.run(command), command));
    return done;
}

static Result<> start_detached(Host& host, Command revert, std::chrono::seconds within)
{
    revert.push_back("--after");
    revert.push_back(std::to_string(within.count()));
    TRY(succeeded(host.run(revert), revert));
    return done;
}

static Result<> arm_with(Host& host, const Command& revert, const std::string& id,
                         std::chrono::seconds within)
{
    if (host.status(systemd_runs)) {
        TRY(host.write(unit_file(id), unit_text(revert, id)));
        TRY(host.link(unit_link(id), unit_file(id)));
        return start_timer(host, revert, id, within);
    }
    if (host.status("/etc/cron.d"))
        TRY(host.write(cron_file(id), cat("@reboot root ", join(revert, " "), "\n")));
    return start_detached(host, revert, within);
}

Result<> arm(Host& host, const std::string& id, const Arming& arming)
{
    const auto program = TRY(lasting_program(host, id));
    return arm_with(host, revert_command(program, id), id, arming.within)
        .during("arm the way back");
}

static Result<> stop_timer(Host& host, const std::string& id)
{
    if (!host.status(systemd_runs))
        return done; // the detached process finds nothing to do
    const auto timer = cat(timer_name(id), ".timer");
    const auto active = TRY(host.query({"systemctl", "is-active", "--quiet", timer}));
    const Command stop{"systemctl", "stop", timer};
    if (active.status == 0)
        TRY(succeeded(host.run(stop), stop));
    return done;
}

// The files last: they tell a later run that there is something to take away.
Result<> disarm(Host& host, const std::string& id)
{
    TRY(stop_timer(host, id));
    for (const auto& file : {cron_file(id), unit_link(id), unit_file(id)}) {
        TRY(sweep_beside(host, file));
        if (host.status(file))
            TRY(host.remove(file));
    }
    return done;
}

// Of one of our files or of what a killed write left beside it: numbers have no dot.
static std::optional<std::string> id_in(std::string_view name)
{
    const auto at = name.find(boot_name);
    if (at == std::string_view::npos)
        return {};
    const auto id = name.substr(at + boot_name.size());
    return std::string{id.substr(0, id.find('.'))};
}

static bool is_waiting(const std::vector<TxRecord>& records, const std::string& id)
{
    const auto found = std::ranges::find(records, id, &TxRecord::id);
    return found != records.end() &&
           (found->state == TxState::Open || found->state == TxState::Armed);
}

Result<> disarm_settled(Host& host, const std::vector<TxRecord>& records)
{
    for (const auto& file : {unit_file(""), unit_link(""), cron_file("")}) {
        const auto names = host.list(file.parent_path());
        for (const auto& name : names ? *names : std::vector<std::string>{})
            if (const auto id = id_in(name); id && !is_waiting(records, *id))
                TRY(disarm(host, *id));
    }
    return done;
}

}
