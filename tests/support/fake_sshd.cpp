#include "support/fake_sshd.h"

#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"

#include <algorithm>
#include <map>

namespace harden::test {

namespace {

using Values = std::map<std::string, std::string>;

const Values defaults{
    {"allowusers", ""}, // printed only where it is set
    {"authenticationmethods", "any"},
    {"authorizedkeyscommand", "none"},
    {"authorizedkeysfile", ".ssh/authorized_keys"},
    {"ciphers", "chacha20-poly1305@openssh.com,aes128-ctr,aes256-gcm@openssh.com"},
    {"kbdinteractiveauthentication", "yes"},
    {"kexalgorithms", "curve25519-sha256,ecdh-sha2-nistp256"},
    {"macs", "hmac-sha2-256-etm@openssh.com,hmac-sha1"},
    {"maxauthtries", "6"},
    {"passwordauthentication", "yes"},
    {"permitrootlogin", "without-password"},
    {"pidfile", "/run/sshd.pid"},
    {"pubkeyauthentication", "yes"},
    {"requiredrsasize", "1024"},
    {"strictmodes", "yes"},
    {"trustedusercakeys", "none"}};

// What `sshd -C` was given: "user=root,addr=192.0.2.1".
std::string field(const std::string& connection, const std::string& name)
{
    for (const auto part : split(connection, ','))
        if (part.starts_with(name + "="))
            return std::string{part.substr(name.size() + 1)};
    return {};
}

struct Reader {
    const FakeHost& host;
    std::string connection;
    Values global;
    Values matched;
    std::string problem;

    bool matches(const SshdDirective& match) const
    {
        const auto& words = match.arguments;
        if (words.size() < 2)
            return !words.empty() && words[0] == "all";
        if (words[0] == "User")
            return field(connection, "user") == words[1];
        return words[0] == "Address" &&
               field(connection, "addr").starts_with(words[1].substr(0, words[1].find('.') + 1));
    }

    void read(std::string_view text)
    {
        bool in_match = false;
        bool holds = true;
        for (const auto& directive : parse_sshd_config(text, "")) {
            if (directive.name == "match") {
                in_match = true;
                holds = matches(directive);
            } else if (directive.name == "include") {
                for (const auto& pattern : directive.arguments)
                    for (const auto& file : *included_files(host, pattern))
                        read(*host.read(file));
            } else if (!defaults.contains(directive.name)) {
                problem = cat("Bad configuration option: ", directive.name);
            } else if (holds) {
                (in_match ? matched : global)
                    .emplace(directive.name, join(directive.arguments, " "));
            }
        }
    }
};

Output sshd(const FakeHost& host, const Command& command, std::string_view input)
{
    const bool from_input = std::ranges::find(command, "/dev/stdin") != command.end();
    const auto file = host.read(sshd_config_file);
    if (!from_input && !file)
        return {.status = 1, .err = "/etc/ssh/sshd_config: No such file or directory"};
    Reader reader{host, command.back(), {}, {}, {}};
    reader.read(from_input ? input : *file);
    if (!reader.problem.empty())
        return {.status = 255, .err = reader.problem};
    if (command[1] == "-t")
        return {};
    auto values = reader.matched;
    values.insert(reader.global.begin(), reader.global.end());
    values.insert(defaults.begin(), defaults.end());
    Output output;
    for (const auto& [name, value] : values)
        if (!value.empty())
            output.out +=
                cat(name, " ", value == "prohibit-password" ? "without-password" : value, "\n");
    return output;
}

std::string stat_line(int process, int parent, const std::string& name, long long ticks)
{
    return cat(std::to_string(process), " (", name, ") S ", std::to_string(parent), " 1 1 0 -1 ",
               "0 0 0 0 0 0 0 0 0 20 0 1 0 ", std::to_string(ticks), " 0 0\n");
}

}

void install_fake_sshd(FakeHost& host)
{
    host.having(sshd_program, sshd);
}

std::string fake_fingerprint(std::string_view key_line)
{
    const auto words = split(trim(key_line), ' ');
    return cat("SHA256:", words.at(1).substr(0, 60).substr(20));
}

void install_fake_ssh_keygen(FakeHost& host)
{
    host.having("ssh-keygen", [](auto&, auto&, std::string_view input) {
        Output output;
        for (const auto line : lines(input))
            output.out += cat(line.starts_with("ssh-rsa") ? "2048 " : "256 ",
                              fake_fingerprint(line), " no comment (X)\n");
        return output;
    });
}

void log_in(FakeHost& host, const std::string& user, long long started)
{
    const auto own = host.status("/proc/self")->target.native();
    host.with_file("/proc/self/stat", stat_line(1, 50, "ssh-harden", started * 100));
    host.with_file(Path{"/proc"} / own / "stat", stat_line(1, 50, "ssh-harden", started * 100));
    host.with_file("/proc/50/stat", stat_line(50, 40, "bash", started * 100 + 1));
    host.with_file("/proc/50/cmdline", std::string{"-bash\0", 6});
    host.with_file("/proc/40/stat", stat_line(40, 30, "sshd", started * 100));
    host.with_file("/proc/40/cmdline", cat("sshd: ", user, "@pts/0"));
    host.with_link("/proc/40/exe", sshd_program);
    host.with_file("/proc/30/stat", stat_line(30, 1, "sshd", 100));
    host.with_file("/proc/30/cmdline", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups");
    host.with_link("/proc/30/exe", sshd_program);
}

void make_ssh_server(FakeHost& host)
{
    install_fake_sshd(host);
    install_fake_ssh_keygen(host);
    host.with_file("/bin/bash", "", 0755);
    host.answering({"getent", "group"}, {.out = "root:x:0:\n"});
    host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config.d/*.conf\nMaxAuthTries 6\n");
    host.with_file("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication yes\n");
    host.with_file("/run/systemd/system/x", "").with_file("/run/sshd/x", "");
    host.with_file("/root/.ssh/authorized_keys", ed25519_key, 0600);
    host.answering({"getent", "passwd", "--", "root"},
                   {.out = "root:x:0:0:root:/root:/bin/bash\n"});
    host.answering({"getent", "passwd"}, {.out = "root:x:0:0:root:/root:/bin/bash\n"});
    host.with_link("/proc/self/exe", "/usr/libexec/harden/ssh-harden");
    host.having("systemd-run", [](auto&, auto&, auto) { return Output{}; });
    host.having("systemctl", [](auto&, const Command& command, auto) {
        const bool is_socket = command.back().ends_with(".socket");
        return Output{.status = is_socket ? 3 : 0}; // sshd listens itself
    });
    // the way back: what waits for sshd, then the command as its arguments
    host.having("sh", [](const FakeHost& fake, const Command& command, auto) {
        return *fake.query(Command(command.begin() + 4, command.end()));
    });
    log_in(host, "root", 1000);
}

}
