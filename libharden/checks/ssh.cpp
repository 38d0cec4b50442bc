#include "checks/check.h"
#include "checks/ssh_looks.h"

namespace harden {

static constexpr auto group = "SSH Hardening";
static constexpr auto apply = "harden ssh-harden apply";
static constexpr auto reload = "systemctl reload ssh";

// What an attacker tries first.
static std::vector<Check> login_checks()
{
    using enum Severity;
    return {
        {.id = "ssh.password-auth",
         .group = group,
         .title = "SSH password auth disabled",
         .severity = Critical,
         .profile = Profile::Full,
         .remedy = apply,
         .why = "A password can be guessed. sshd itself says for every kind of connection what it "
                "would do, so that drop-ins and Match blocks count.",
         .look = passwords_are_off},
        {.id = "ssh.keyboard-interactive",
         .group = group,
         .title = "SSH keyboard-interactive auth disabled",
         .severity = Critical,
         .profile = Profile::Full,
         .remedy = apply,
         .why = "With PAM it asks for the password again, whatever PasswordAuthentication says. "
                "sshd's answer for every kind of connection; a login that needs a key as well "
                "passes.",
         .look = keyboard_interactive_is_off},
        {.id = "ssh.offered-methods",
         .group = group,
         .title = "SSH offers keys only on the wire",
         .severity = Critical,
         .level = Level::Behaviour,
         .profile = Profile::Full,
         .remedy = apply,
         .why = "What the running sshd offers counts, not what its files say. The node's own ssh "
                "connects to each of sshd's ports without a key and is told what it may try.",
         .look = offers_keys_only},
        {.id = "ssh.root-login",
         .group = group,
         .title = "SSH root login key-only",
         .severity = High,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-5.1.20"},
         .why = "Everybody knows root's name, so that only its password would be left to guess. "
                "sshd's answer for every kind of connection.",
         .look = root_needs_a_key},
        {.id = "ssh.empty-passwords",
         .group = group,
         .title = "No login has an empty password",
         .severity = Critical,
         .remedy = "passwd -l USER; PermitEmptyPasswords no",
         .map = {"CIS-Ubuntu-5.1.19", "UBTU-24-300031"},
         .why = "An account without a password is open to everybody who knows its name. "
                "/etc/shadow, /etc/passwd, and sshd's answer about PermitEmptyPasswords.",
         .look = nobody_has_an_empty_password},
    };
}

static std::vector<Check> algorithm_checks()
{
    using enum Severity;
    return {
        {.id = "ssh.key-exchange",
         .group = group,
         .title = "SSH key exchange is strong",
         .severity = High,
         .level = Level::Behaviour,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-5.1.12", "UBTU-24-100840"},
         .why = "A session recorded today is read once its key exchange falls. The list that sshd "
                "sends on the wire lies within that of rules/ssh.toml, and holds a post-quantum "
                "method where this OpenSSH has one.",
         .look = key_exchange_is_strong},
        {.id = "ssh.ciphers",
         .group = group,
         .title = "SSH ciphers and MACs are strong",
         .severity = High,
         .level = Level::Behaviour,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-5.1.6", "CIS-Ubuntu-5.1.15"},
         .why = "Old ciphers and MACs leak or let bytes be changed on their way. The lists that "
                "sshd sends on the wire lie within those of rules/ssh.toml.",
         .look = ciphers_are_strong},
        {.id = "ssh.strict-key-exchange",
         .group = group,
         .title = "SSH key exchange is strict",
         .severity = High,
         .level = Level::Behaviour,
         .remedy = "apt-get install --only-upgrade openssh-server",
         .why = "Without it somebody on the way can cut messages off the start of a session "
                "(Terrapin, CVE-2023-48795). sshd says on the wire that it has it, or offers no "
                "cipher that needs it.",
         .look = key_exchange_is_strict},
        {.id = "ssh.login-grace-race",
         .group = group,
         .title = "sshd has the login grace race fixed or disarmed",
         .severity = High,
         .remedy = "apt-get install --only-upgrade openssh-server",
         .why = "CVE-2024-6387 makes a stranger root before any login, in OpenSSH 8.5 to 9.7. By "
                "the version that sshd sends on the wire, the release of the distribution in it, "
                "its changelog, or LoginGraceTime 0.",
         .look = grace_race_is_fixed},
        {.id = "ssh.host-keys",
         .group = group,
         .title = "SSH host keys are strong and this node's own",
         .severity = Medium,
         .remedy = "rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh",
         .map = {"CIS-Ubuntu-5.1.2"},
         .why = "Whoever breaks or shares a host key can stand in for the node. Types and sizes of "
                "the keys that sshd uses; the fingerprint is told, so that reports of a fleet show "
                "a key that came with a cloned image.",
         .look = host_keys_are_strong},
        {.id = "ssh.forwarding",
         .group = group,
         .title = "SSH forwards nothing that it need not",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-5.1.8", "CIS-Ubuntu-5.1.10", "CIS-Ubuntu-5.1.11", "CIS-Ubuntu-5.1.21"},
         .why = "Displays, tunnels and trusted hosts are ways into and through the node that "
                "nobody watches. sshd's answer for every kind of connection, against "
                "rules/ssh.toml.",
         .look = forwards_nothing},
        {.id = "ssh.login-limits",
         .group = group,
         .title = "SSH logins are limited in tries, time and number",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-5.1.13", "CIS-Ubuntu-5.1.16", "CIS-Ubuntu-5.1.17",
                 "CIS-Ubuntu-5.1.18"},
         .why = "Guessing and half-open connections cost the node until nobody else comes in. "
                "sshd's answer for every kind of connection, against rules/ssh.toml.",
         .look = logins_are_limited},
        {.id = "ssh.source-penalties",
         .group = group,
         .title = "SSH throttles misbehaving sources",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = "harden firewall apply",
         .why = "One address can keep sshd busy with key exchanges alone. PerSourcePenalties or "
                "PerSourceMaxStartups of sshd, fail2ban, or the limit of harden's firewall.",
         .look = sources_are_throttled},
    };
}

static std::vector<Check> operation_checks()
{
    using enum Severity;
    return {
        {.id = "ssh.drop-in-first",
         .group = group,
         .title = "Our sshd settings are read first",
         .severity = High,
         .level = Level::Config,
         .profile = Profile::Full,
         .remedy = apply,
         .why = "The first value that sshd reads wins: a file of cloud-init's that comes earlier "
                "beats ours. All files in the order in which sshd reads them.",
         .look = drop_in_is_first},
        {.id = "ssh.listen-addresses",
         .group = group,
         .title = "SSH listens where it is meant to",
         .severity = High,
         .remedy =
             "systemctl daemon-reload; systemctl restart ssh.socket, or systemctl restart ssh",
         .why = "Behind systemd's socket a Port in sshd_config has no effect until the socket is "
                "restarted. The sockets that sshd, or systemd for it, holds against sshd's own "
                "answer.",
         .look = listens_where_meant},
        {.id = "ssh.running-config",
         .group = group,
         .title = "The running sshd has read its files",
         .severity = High,
         .level = Level::Behaviour,
         .remedy = reload,
         .why = "A change without a reload is in force for nobody, and surprises at the next boot. "
                "Algorithms on the wire against sshd -T, and the times of the files against the "
                "last start or reload.",
         .look = files_are_read},
        {.id = "ssh.authorized-keys",
         .group = group,
         .title = "Authorized keys are known and well guarded",
         .severity = High,
         .profile = Profile::Full,
         .remedy = "harden ssh-harden keys",
         .map = {"CIS-Ubuntu-5.1.4"},
         .why = "Each key is a way in, also the forgotten one. Every key file of every account: "
                "weak and expired keys, files that others can write and, where known_keys of "
                "ssh.toml names a list, keys that are not in it.",
         .look = keys_are_in_order},
        {.id = "ssh.file-modes",
         .group = group,
         .title = "sshd's files are guarded",
         .severity = Medium,
         .remedy = "chown root: FILE; chmod go-w FILE; chmod 600 /etc/ssh/ssh_host_*_key",
         .map = {"CIS-Ubuntu-5.1.1", "CIS-Ubuntu-5.1.2", "CIS-Ubuntu-5.1.3"},
         .why = "Who can write sshd's files decides who comes in; who reads a host key can stand "
                "in for the node. Owner and mode of every file that sshd reads.",
         .look = files_are_guarded},
        {.id = "ssh.logging",
         .group = group,
         .title = "SSH logins are logged",
         .severity = Medium,
         .remedy = apply,
         .map = {"CIS-Ubuntu-5.1.14"},
         .why = "Without a log nobody learns who came in. sshd's answer about LogLevel for every "
                "kind of connection, and lines of sshd in the journal.",
         .look = logins_are_logged},
        {.id = "ssh.other-servers",
         .group = group,
         .title = "No second remote shell listens",
         .severity = Medium,
         .level = Level::Behaviour,
         .remedy = "systemctl disable --now UNIT",
         .why = "A second way in has settings that nobody checks. Every TCP port that listens "
                "outside the loopback is connected to: one that greets as SSH or telnet, or "
                "belongs to such a server, fails. Ports of containers are not the node's.",
         .look = no_other_shell},
        {.id = "ssh.brute-force",
         .group = group,
         .title = "SSH is not under brute force without a brake",
         .severity = Low,
         .profile = Profile::Full,
         .remedy = "harden firewall apply",
         .why = "Guessing costs the node and hides a real break-in among its lines. Failed logins "
                "of the last hour in the journal, and what would slow them down.",
         .look = brute_force_is_braked},
    };
}

std::vector<Check> ssh_checks()
{
    std::vector<Check> all;
    for (auto* part : {login_checks, algorithm_checks, operation_checks})
        for (auto& check : part())
            all.push_back(std::move(check));
    return all;
}

}
