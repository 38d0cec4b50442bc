#pragma once

#include "checks/ssh_facts.h"
#include "support/fake_sshd.h"
#include "support/ssh_greeting.h"
#include "unit/checks/ask.h"

namespace harden::test {

using Settings = std::map<std::string, std::string>;

// As `harden ssh-harden apply` leaves them.
inline const Settings hardened_settings{
    {"passwordauthentication", "no"},
    {"kbdinteractiveauthentication", "no"},
    {"permitrootlogin", "without-password"},
    {"permitemptypasswords", "no"},
    {"pubkeyauthentication", "yes"},
    {"authenticationmethods", "any"},
    {"x11forwarding", "no"},
    {"permittunnel", "no"},
    {"gatewayports", "no"},
    {"permituserenvironment", "no"},
    {"ignorerhosts", "yes"},
    {"hostbasedauthentication", "no"},
    {"maxauthtries", "4"},
    {"maxsessions", "10"},
    {"maxstartups", "10:30:100"},
    {"logingracetime", "30"},
    {"loglevel", "VERBOSE"},
    {"pidfile", "/run/sshd.pid"},
    {"hostkey", "/etc/ssh/ssh_host_ed25519_key"},
    {"listenaddress", "0.0.0.0:22"},
    {"authorizedkeysfile", ".ssh/authorized_keys"},
    {"strictmodes", "yes"},
    {"kexalgorithms", "sntrup761x25519-sha512@openssh.com,curve25519-sha256"},
    {"ciphers", "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com"},
    {"macs", "hmac-sha2-512-etm@openssh.com"},
    {"persourcemaxstartups", "none"},
};

inline std::string text_of(Settings changed)
{
    changed.insert(hardened_settings.begin(), hardened_settings.end());
    std::string text;
    for (const auto& [name, value] : changed)
        text += cat(name, " ", value, "\n");
    return text;
}

// sshd says this to everybody who has no answer of his own.
inline void say_settings(FakeHost& host, const Settings& changed = {})
{
    host.having(sshd_program,
                [text = text_of(changed)](auto&, auto&, auto) { return Output{.out = text}; });
}

inline void say_to(FakeHost& host, const SshConnection& connection, const Settings& changed)
{
    host.answering({sshd_program, "-T", "-C", to_text(connection)}, {.out = text_of(changed)});
}

// A program that listens on every IPv4 address.
struct Server {
    int process = 0;
    std::string name;
    std::uint16_t port = 0;
    std::string address = "00000000"; // as the kernel writes it
};

inline void run_servers(FakeHost& host, const std::vector<Server>& servers)
{
    constexpr auto digits = "0123456789ABCDEF";
    std::string table = "  sl  local_address rem_address st\n";
    host.with_link("/proc/self/ns/mnt", "mnt:[1]");
    for (const auto& server : servers) {
        std::string port;
        for (const unsigned shift : {12U, 8U, 4U, 0U})
            port += digits[server.port >> shift & 15U];
        const auto number = std::to_string(server.process);
        const auto directory = Path{"/proc"} / number;
        table += cat("   0: ", server.address, ":", port, " 00000000:0000 0A 0:0 00:0 0 0 0 9",
                     number, " 1\n");
        host.with_link(directory / "fd" / "3", cat("socket:[9", number, "]"));
        host.with_file(directory / "comm", server.name + "\n");
        host.with_link(directory / "exe", cat("/usr/sbin/", server.name));
        host.with_link(directory / "ns/mnt", "mnt:[1]");
    }
    host.with_file("/proc/net/tcp", table);
}

// What a server on each port says; on others nobody can connect.
inline TcpTalk talk_of(std::map<std::uint16_t, std::string> said)
{
    return [said = std::move(said)](const std::vector<TcpQuestion>& questions) {
        std::vector<Result<std::string>> answers;
        for (const auto& question : questions) {
            const auto found = said.find(question.port);
            if (found == said.end())
                answers.emplace_back(Error{ErrorKind::Failed, "connection refused", {}});
            else
                answers.emplace_back(found->second);
        }
        return answers;
    };
}

inline Probes wire(const Greeting& greeting = {})
{
    return {.talk = talk_of({{22, greeting_of(greeting)}})};
}

// A hardened node whose sshd listens on port 22.
inline FakeNode& with_sshd(FakeNode& fake, const Settings& changed = {})
{
    auto& host = fake.host;
    install_fake_ssh_keygen(host);
    host.with_file(sshd_program, "ELF", 0755);
    host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config.d/*.conf\n");
    host.with_file(sshd_drop_in_file, "PasswordAuthentication no\nX11Forwarding no\n", 0600);
    host.with_file("/run/sshd.pid", "30\n");
    host.with_file("/etc/ssh/ssh_host_ed25519_key", "secret", 0600);
    host.with_file("/etc/ssh/ssh_host_ed25519_key.pub", ed25519_key);
    host.with_file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n"
                                  "daemon:x:1:1::/:/usr/sbin/nologin\n"
                                  "anna:x:1000:1000::/home/anna:/bin/bash\n");
    host.with_file("/etc/shadow", "root:*:1:::::\nanna:$y$j9T$x:1:::::\n", 0600);
    host.answering({"getent", "passwd"}, {.out = *host.read("/etc/passwd")});
    host.answering({"getent", "group"}, {.out = "root:x:0:\nsftp:x:100:anna\n"});
    host.with_file("/bin/bash", "", 0755);
    host.with_file("/root/.ssh/authorized_keys", ed25519_key, 0600);
    run_servers(host, {{30, "sshd", 22}});
    say_settings(host, changed);
    return fake;
}

// The verdict of one check on a hardened node with these settings.
inline Finding ask_with(const std::string& id, const Settings& changed)
{
    FakeNode fake;
    return ask(id, with_sshd(fake, changed).node, wire());
}

}
