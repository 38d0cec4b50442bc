#include "ssh/operator_login.h"

#include "ssh/fingerprints.h"
#include "ssh/login_session.h"

namespace harden {

std::optional<SshConnection> parse_ssh_connection(std::string_view text, std::string& peer_port)
{
    const auto words = split(trim(text), ' ');
    if (words.size() != 4 || !to_number(words[1]) || !to_number(words[3]))
        return {};
    for (const auto word : {words[0], words[2]})
        if (word.find_first_not_of("0123456789abcdefABCDEF.:%") != std::string_view::npos)
            return {};
    SshConnection connection;
    connection.host = words[0];
    connection.address = words[0];
    connection.local_address = words[2];
    connection.local_port = words[3];
    peer_port = words[1];
    return connection;
}

// The words after " NAME " in a line: the last such name counts, for a user's name may hold one.
static std::string_view word_after(std::string_view line, std::string_view name)
{
    const auto at = line.rfind(name);
    if (at == std::string_view::npos)
        return {};
    const auto rest = line.substr(at + name.size());
    return rest.substr(0, rest.find(' '));
}

std::optional<AcceptedKey> parse_accepted_key(std::string_view line)
{
    constexpr std::string_view begin = "Accepted publickey for ";
    const auto at = line.find(begin);
    const auto proof = line.rfind(" ssh2: ");
    if (at == std::string_view::npos || proof == std::string_view::npos || proof < at)
        return {};
    const auto who = line.substr(at + begin.size(), proof - at - begin.size());
    const auto from = who.rfind(" from ");
    const auto key = line.substr(proof + std::string_view{" ssh2: "}.size());
    AcceptedKey accepted;
    accepted.user = who.substr(0, from);
    accepted.address = word_after(who, " from ");
    accepted.port = word_after(who, " port ");
    accepted.key_type = key.substr(0, key.find(' '));
    const auto print = key.find("SHA256:");
    if (from == std::string_view::npos || print == std::string_view::npos)
        return {};
    accepted.fingerprint = key.substr(print, key.find(' ', print) - print);
    const auto authority = key.rfind("SHA256:");
    if (authority != print)
        accepted.authority = key.substr(authority, key.find(' ', authority) - authority);
    return accepted;
}

// The last line that tells of this very connection.
static void take_key(std::string_view log, OperatorLogin& login)
{
    for (const auto line : lines(log)) {
        const auto accepted = parse_accepted_key(line);
        if (!accepted || accepted->user != login.user || accepted->port != login.peer_port ||
            accepted->address != login.connection.address)
            continue;
        login.fingerprint = accepted->fingerprint;
        login.authority = accepted->authority;
        login.key_type = accepted->key_type;
    }
}

// sshd logs who came in with which key from LogLevel INFO on: to the journal under the number of
// the session's process, or to a file of syslog.
static void ask_the_log(const Host& host, int session_process, OperatorLogin& login)
{
    const auto journal = host.query({"journalctl", "--quiet", "--boot", "--output=cat",
                                     cat("_PID=", std::to_string(session_process)), "_UID=0"});
    if (journal)
        take_key(journal->out, login);
    constexpr auto bytes = "4194304"; // from the end
    for (const auto* file : {"/var/log/auth.log", "/var/log/secure"}) {
        if (!login.fingerprint.empty() || host.status(file).is_absent())
            continue;
        if (const auto end = host.query({"tail", "-c", bytes, file}))
            take_key(end->out, login);
    }
}

// With ExposeAuthInfo sshd writes "publickey TYPE BYTES" into a file of the session's own. Who
// signed a certificate does not stand there.
static void ask_the_session(const Host& host, const std::string& proofs, OperatorLogin& login)
{
    constexpr std::string_view method = "publickey ";
    const auto text = host.read(proofs);
    if (!text)
        return;
    for (const auto line : lines(*text)) {
        const auto keys =
            parse_authorized_keys(line.starts_with(method) ? line.substr(method.size()) : "");
        const auto prints = key_prints(host, keys);
        if (!prints || prints->empty() || keys[0].type.find("-cert-") != std::string::npos)
            continue;
        login.fingerprint = prints->front().fingerprint;
        login.key_type = keys[0].type;
    }
}

Result<OperatorLogin> operator_login(const Host& host)
{
    OperatorLogin login;
    const auto session = TRY(login_session(host));
    if (!session)
        return login;
    login.user = session->user;
    if (const auto connection = parse_ssh_connection(session->connection, login.peer_port))
        login.connection = *connection;
    login.connection.user = login.user;
    if (login.has_address())
        ask_the_log(host, session->process, login);
    if (login.fingerprint.empty() && !session->proofs.empty())
        ask_the_session(host, session->proofs, login);
    return login;
}

}
