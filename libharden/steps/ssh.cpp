#include "steps/ssh.h"

#include "ssh/login_session.h"
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

static bool is_as_wanted(const Host& host, const SshRehearsal& rehearsal)
{
    const auto text = host.read(sshd_drop_in_file);
    const auto status = host.status(sshd_drop_in_file);
    return !rehearsal.main_file && text && *text == rehearsal.drop_in && status &&
           status->type == FileType::Regular && status->mode == 0600 && status->owner == 0 &&
           status->group == 0;
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
            const auto value = TRY(actual.get(setting.name));
            if (value != TRY(expected.get(setting.name)))
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

// Never the socket: on a socket-activated node the next connection reads the files anyway.
static Result<Reload> reload_of_sshd(const Host& host)
{
    if (!host.status("/run/systemd/system")) {
        const Command signal{
            "start-stop-daemon", "--stop",    "--signal",      "HUP",    "--oknodo",
            "--quiet",           "--pidfile", "/run/sshd.pid", "--exec", sshd_program};
        return Reload{signal, signal};
    }
    for (const auto* unit : {"ssh.service", "sshd.service"})
        if (TRY(host.query({"systemctl", "is-active", "--quiet", unit})).status == 0)
            return Reload{{"systemctl", "reload", unit},
                          {"systemctl", "try-reload-or-restart", unit}};
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

static Result<> apply_ssh(Host& host, const SshPolicy& policy, const std::string& user)
{
    const auto rehearsal = TRY(rehearse(host, policy, user));
    if (is_as_wanted(host, rehearsal))
        return done;
    if (rehearsal.main_file)
        TRY(host.write(sshd_config_file, *rehearsal.main_file));
    TRY(host.write(sshd_drop_in_file, rehearsal.drop_in, {.mode = 0600, .owner = 0, .group = 0}));
    return reload(host, rehearsal, TRY(check_effect(host, rehearsal)));
}

Step ssh_step(SshPolicy policy, std::string user)
{
    return {.id = "ssh-harden",
            .title = "SSH",
            .settles = {"ssh.password-auth", "ssh.keyboard-interactive", "ssh.root-login"},
            .apply = [policy = std::move(policy), user = std::move(user)](Node& node) {
                return apply_ssh(node.host(), policy, user);
            }};
}

Result<std::string> operator_account(const Host& host)
{
    const auto session = TRY(login_session(host));
    return session ? session->user : std::string{};
}

Result<SshPreview> preview_ssh(const Node& node, const SshPolicy& policy, const std::string& user)
{
    const auto rehearsal = TRY(rehearse(node.host(), policy, user));
    return SshPreview{rehearsal.settings, TRY(plan(ssh_step(policy, user), node)), rehearsal.kept};
}

Result<TxRecord> ssh_transaction(const Host& host)
{
    return last_of(host, ssh_verb);
}

}
