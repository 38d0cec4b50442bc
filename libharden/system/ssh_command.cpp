#include "system/ssh_command.h"

#include "base/ssh_refusal.h"

#include <algorithm>
#include <array>

namespace harden {

Result<SshLogin> parse_ssh_login(std::string_view printed_by_ssh)
{
    SshLogin login;
    std::string port;
    std::string alias;
    for (const auto line : lines(printed_by_ssh)) {
        const auto space = line.find(' ');
        if (space == std::string_view::npos)
            continue;
        const auto key = line.substr(0, space);
        const auto value = trim(line.substr(space + 1));
        if (key == "user")
            login.user = value;
        else if (key == "hostname")
            login.host = value;
        else if (key == "port")
            port = value;
        else if (key == "hostkeyalias")
            alias = value;
        else if (key == "userknownhostsfile")
            login.known_hosts = value.substr(0, value.find(' '));
    }
    if (login.user.empty() || login.host.empty())
        return Error{ErrorKind::Malformed, "ssh -G named no user and host", "is ssh OpenSSH's?"};
    if (login.known_hosts == "/dev/null" || login.known_hosts == "none")
        login.known_hosts.clear();
    login.known_name = alias;
    if (alias.empty())
        login.known_name = port == "22" ? login.host : cat("[", login.host, "]:", port);
    return login;
}

// Single quotes keep every byte in all of these shells but the quote itself; within them fish also
// reads a backslash, csh an exclamation mark.
Result<std::string> quoted_for_shell(std::string_view word)
{
    std::string quoted = "'";
    for (const char byte : word) {
        if (byte == '\0' || byte == '\n' || byte == '\\' || byte == '!')
            return Error{ErrorKind::Unsupported,
                         cat("the word ", escaped(word), " does not survive every login shell"),
                         ""};
        if (byte == '\'')
            quoted += "'\"'\"'";
        else
            quoted += byte;
    }
    return quoted + "'";
}

Result<std::string> remote_command(const Command& command, std::string_view user)
{
    std::string line = user == "root" ? "" : "sudo -n -- ";
    for (const auto& word : command) {
        line += TRY(quoted_for_shell(word));
        line += ' ';
    }
    line.pop_back();
    return line;
}

Command ssh_command(const SshTarget& target, const std::vector<std::string>& more_options)
{
    Command command{"ssh"};
    if (!target.config.empty())
        command.insert(command.end(), {"-F", target.config});
    std::vector<std::string> options{
        "BatchMode=yes",           "ConnectTimeout=10", "ServerAliveInterval=5",
        "ServerAliveCountMax=4",   "ForwardAgent=no",   "ForwardX11=no",
        "ClearAllForwardings=yes", "RequestTTY=no",     "PermitLocalCommand=no",
        "RemoteCommand=none",      "ControlPersist=no"};
    if (target.port != 0)
        options.push_back(cat("Port=", std::to_string(target.port)));
    if (!target.identity.empty())
        options.insert(options.end(),
                       {cat("IdentityFile=", target.identity), "IdentitiesOnly=yes"});
    options.insert(options.end(), more_options.begin(), more_options.end());
    for (const auto& option : options)
        command.insert(command.end(), {"-o", option});
    command.insert(command.end(), {"--", target.destination});
    return command;
}

std::string host_key_seen(std::string_view log)
{
    constexpr std::string_view before = "Server host key: ";
    const auto at = log.find(before);
    if (at == std::string_view::npos)
        return {};
    const auto line =
        log.substr(at + before.size(), log.find_first_of("\r\n", at) - at - before.size());
    const auto print = line.find("SHA256:");
    return print == std::string_view::npos ? "" : std::string{trim(line.substr(print))};
}

static bool says(std::string_view log, std::string_view words)
{
    return log.find(words) != std::string_view::npos;
}

// What ssh says of itself, its figures at the end of a connection included.
static constexpr std::array<std::string_view, 4> chatter{"debug", "OpenSSH_",
                                                         "Transferred: ", "Bytes per second: "};

std::string last_line(std::string_view log)
{
    std::string_view last;
    for (const auto line : lines(log))
        if (!trim(line).empty() && std::ranges::none_of(chatter, [&](std::string_view prefix) {
                return line.starts_with(prefix);
            }))
            last = trim(line);
    return escaped(last);
}

static std::string last_words(std::string_view log)
{
    const auto last = last_line(log);
    return last.empty() ? "ssh said nothing" : last;
}

static Error host_key_error(std::string_view log, const SshTarget& target, const SshLogin& login)
{
    const auto seen = host_key_seen(log);
    if (says(log, "IDENTIFICATION HAS CHANGED"))
        return {ErrorKind::Denied,
                cat("the host key of ", login.known_name, " has changed: it now shows ", seen,
                    ", known_hosts holds another"),
                cat("compare it on the node's console (ssh-keygen -lf "
                    "/etc/ssh/ssh_host_ed25519_key.pub); "
                    "only where it is right: ssh-keygen -R '",
                    login.known_name, "' and --host-key ", seen)};
    return {ErrorKind::Denied,
            cat("the host key of ", login.known_name, " is not known: it shows ", seen),
            cat("compare it on the node's console (ssh-keygen -lf "
                "/etc/ssh/ssh_host_ed25519_key.pub), then "
                "--host-key ",
                seen, "; --accept-new trusts it unseen (", target.destination, ")")};
}

struct LoginProblem {
    std::string_view words;
    ErrorKind kind;
    std::string_view hint;
};
static constexpr std::array login_problems{
    LoginProblem{ssh_turned_away, ErrorKind::TimedOut, ssh_turned_away_hint},
    LoginProblem{"Permission denied", ErrorKind::Denied,
                 "offer a key the node knows: --identity FILE, ssh-add, or ssh_config"},
    LoginProblem{"Too many authentication failures", ErrorKind::Denied,
                 "name the one key to offer with --identity FILE"},
    LoginProblem{"Could not resolve hostname", ErrorKind::NotFound, "check the name"},
    LoginProblem{"Bad configuration option", ErrorKind::Malformed, "check ssh_config"},
    LoginProblem{"Can't open user config file", ErrorKind::NotFound, "check -F"},
    LoginProblem{"Connection refused", ErrorKind::TimedOut, "is sshd running there, on this port?"},
    LoginProblem{"No route to host", ErrorKind::TimedOut, "check address, network and firewall"},
    LoginProblem{"Network is unreachable", ErrorKind::TimedOut,
                 "check address, network and firewall"},
    LoginProblem{"Connection timed out", ErrorKind::TimedOut,
                 "check address, network and firewall"},
};

Error ssh_login_error(std::string_view log, const SshTarget& target, const SshLogin& login)
{
    if (says(log, "Host key verification failed") || says(log, "IDENTIFICATION HAS CHANGED"))
        return host_key_error(log, target, login);
    for (const auto& problem : login_problems)
        if (says(log, problem.words))
            return {problem.kind, cat("log in to ", target.destination, ": ", last_words(log)),
                    std::string{problem.hint}};
    return {ErrorKind::TimedOut, cat("log in to ", target.destination, ": ", last_words(log)),
            cat("try ssh ", target.destination, " true")};
}

}
