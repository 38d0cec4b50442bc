#include "steps/ssh.h"

#include "ssh/cloud_init.h"
#include "ssh/rehearsal.h"
#include "steps/transaction.h"

namespace harden {

Result<> make_run_directory(Host& host)
{
    constexpr auto directory = "/run/sshd";
    if (host.status(directory))
        return done;
    const Command make{"install", "-d", "-m", "0755", directory};
    TRY(succeeded(host.run(make), make));
    return done;
}

static bool is_drop_in_as_wanted(const Host& host, const SshRehearsal& rehearsal)
{
    const auto text = host.read(sshd_drop_in_file);
    const auto status = host.status(sshd_drop_in_file);
    return !rehearsal.main_file && text && *text == rehearsal.drop_in && status &&
           status->type == FileType::Regular && status->mode == 0600 && status->owner == 0 &&
           status->group == 0;
}

static bool is_cloud_as_wanted(const Host& host, const SshRehearsal& rehearsal)
{
    const auto text = host.read(cloud_init_drop_in);
    return !rehearsal.cloud_init || (text && *text == *rehearsal.cloud_init);
}

enum class Reality { Planned, Done };

// sshd must now say what it said in the rehearsal. A planned command prints nothing.
static Result<Reality> check_effect(Host& host, const SshRehearsal& rehearsal)
{
    const Command test{sshd_program, "-t"};
    TRY(succeeded(host.run(test), test));
    auto reality = Reality::Planned;
    for (const auto& [connection, expected] : rehearsal.expected) {
        const Command ask{sshd_program, "-T", "-C", to_text(connection)};
        const auto answer = TRY(succeeded(host.run(ask), ask));
        if (answer.out.empty())
            continue;
        reality = Reality::Done;
        const auto actual = TRY(parse_sshd_settings(answer.out));
        for (const auto& setting : rehearsal.wanted) {
            const auto value = actual.joined(setting.name);
            if (value != expected.joined(setting.name))
                return Error{ErrorKind::Failed,
                             cat(setting.name, " is ", value, " in spite of ", sshd_drop_in_file,
                                 " (sshd -T -C ", to_text(connection), ")"),
                             {}};
        }
    }
    return reality;
}

struct Reload {
    Command forward; // empty: no sshd runs that would have to read its files again
    Command back;
};

static Result<bool> is_active(const Host& host, const char* unit)
{
    return TRY(host.query({"systemctl", "is-active", "--quiet", unit})).status == 0;
}

namespace {

struct SshUnits {
    const char* service;
    const char* socket;
};

}

// While sshd starts anew it ignores the signal, and would go on by the files that it read before
// they were put back (seen on OpenSSH 9.2, two signals 1 to 6 ms apart): so the way back waits
// until it hears it. SIGHUP is 1, the lowest bit of the signals that are caught.
static Command once_it_hears(std::string_view process, Command reload)
{
    Command command{"sh", "-c",
                    cat("n=100; until grep -q '^SigCgt:.*[13579bdf]$' /proc/", process,
                        "/status || [ $((n -= 1)) -eq 0 ]; do sleep 0.05; done; exec \"$@\""),
                    "reload"};
    command.insert(command.end(), reload.begin(), reload.end());
    return command;
}

// Never the socket. Debian's sshd that was started by one loses it in a reload and ends; a restart
// hands it over again, nobody is turned away meanwhile, and sessions live on (KillMode=process).
// Where none runs the next connection reads the files anyway.
static Result<Reload> reload_of_sshd(const Host& host)
{
    if (!host.status("/run/systemd/system")) {
        const Command signal{
            "start-stop-daemon", "--stop",    "--signal",      "HUP",    "--oknodo",
            "--quiet",           "--pidfile", "/run/sshd.pid", "--exec", sshd_program};
        return Reload{signal, once_it_hears("$(cat /run/sshd.pid)", signal)};
    }
    for (const auto& units :
         {SshUnits{"ssh.service", "ssh.socket"}, SshUnits{"sshd.service", "sshd.socket"}}) {
        if (!TRY(is_active(host, units.service)))
            continue;
        const Command restart{"systemctl", "try-restart", units.service};
        if (TRY(is_active(host, units.socket)))
            return Reload{restart, restart};
        return Reload{
            {"systemctl", "reload", units.service},
            once_it_hears(cat("$(systemctl show --property=MainPID --value ", units.service, ")"),
                          {"systemctl", "try-reload-or-restart", units.service})};
    }
    return Reload{};
}

// A reloaded sshd starts anew: it removes its process file, and writes it once it listens again.
static Result<> await_sshd(const Host& host, const Path& process_file, const FileStatus& before)
{
    for (int attempt = 0; attempt < 250; ++attempt) {
        const auto now = host.status(process_file);
        if (now && now->modified != before.modified)
            return done;
        TRY(host.query({"sleep", "0.02"}));
    }
    return Error{ErrorKind::TimedOut, "sshd did not come back within 5 s of its reload", {}};
}

static Result<> reload(Host& host, const SshRehearsal& rehearsal, Reality reality)
{
    const auto reload = TRY(reload_of_sshd(host));
    if (reload.forward.empty())
        return done;
    const auto setting = rehearsal.expected.front().second.get("pidfile");
    const Path process_file{setting ? *setting : ""};
    const auto before = host.status(process_file);
    TRY(succeeded(host.run(reload.forward, reload.back), reload.forward));
    if (reality == Reality::Planned || !before)
        return done;
    return await_sshd(host, process_file, *before);
}

static Result<> apply_ssh(Host& host, const SshPolicy& policy, const OperatorLogin& login,
                          Unproven unproven)
{
    const auto rehearsal = TRY(rehearse(host, policy, login));
    const bool is_settled = is_drop_in_as_wanted(host, rehearsal);
    if (!is_settled && unproven == Unproven::Refused)
        TRY(check_proof(host, rehearsal));
    if (!is_cloud_as_wanted(host, rehearsal))
        TRY(host.write(cloud_init_drop_in, *rehearsal.cloud_init));
    if (is_settled)
        return done;
    if (rehearsal.main_file)
        TRY(host.write(sshd_config_file, *rehearsal.main_file));
    TRY(host.write(sshd_drop_in_file, rehearsal.drop_in, {.mode = 0600, .owner = 0, .group = 0}));
    return reload(host, rehearsal, TRY(check_effect(host, rehearsal)));
}

Step ssh_step(SshPolicy policy, OperatorLogin login, Unproven unproven)
{
    return {.id = "ssh-harden",
            .title = "SSH",
            .settles = {"ssh.password-auth", "ssh.keyboard-interactive", "ssh.root-login"},
            .apply = [policy = std::move(policy), login = std::move(login), unproven](Node& node) {
                return apply_ssh(node.host(), policy, login, unproven);
            }};
}

Result<SshPreview> preview_ssh(const Node& node, const SshPolicy& policy,
                               const OperatorLogin& login)
{
    const auto rehearsal = TRY(rehearse(node.host(), policy, login));
    SshPreview preview{rehearsal.settings,
                       TRY(plan(ssh_step(policy, login, Unproven::Noted), node)), rehearsal.kept,
                       rehearsal.notes};
    const auto proof = check_proof(node.host(), rehearsal);
    if (!proof && !preview.actions.empty())
        preview.notes.push_back(cat("to be tried with a login first: ", proof.error().message));
    return preview;
}

}
