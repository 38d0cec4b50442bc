#include "system/ssh_host_key.h"

#include "base/text.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace harden {

static constexpr std::array key_families{
    "ssh-ed25519", "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521",
    "rsa-sha2-512,rsa-sha2-256"};

// Nothing secret is offered: the attempt ends when the host has shown its key.
static Result<std::string> show_key(const Host& here, const SshTarget& target,
                                    std::string_view family, const Path& into)
{
    const auto command = ssh_command(
        target,
        {"StrictHostKeyChecking=accept-new", cat("UserKnownHostsFile=", into.string()),
         "GlobalKnownHostsFile=/dev/null", "HashKnownHosts=no", "UpdateHostKeys=no",
         cat("HostKeyAlgorithms=", family), "PreferredAuthentications=none",
         "PubkeyAuthentication=no", "ControlMaster=no", "ControlPath=none", "LogLevel=DEBUG1"});
    return TRY(here.query(command)).err;
}

static Result<> append(const Path& file, std::string_view text)
{
    const int to = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const bool written =
        to >= 0 && write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const Error failed{ErrorKind::Failed, cat("write ", file.string(), ": ", std::strerror(errno)),
                       ""};
    if (to >= 0)
        close(to);
    if (!written)
        return failed;
    return done;
}

static Result<> remember(const Host& here, const SshLogin& login, std::string_view key)
{
    if (login.known_hosts.empty())
        return done;
    const auto known =
        TRY(here.query({"ssh-keygen", "-F", login.known_name, "-f", login.known_hosts}));
    if (known.status == 0)
        return done;
    std::error_code ignored;
    std::filesystem::create_directories(Path{login.known_hosts}.parent_path(), ignored);
    return append(login.known_hosts, key);
}

Result<> pin_host_key(const Host& here, const SshTarget& target, const SshLogin& login,
                      const Path& pinned)
{
    std::string seen;
    std::string log;
    for (const auto* family : key_families) {
        log = TRY(show_key(here, target, family, pinned));
        const auto key = host_key_seen(log);
        if (key == target.host_key)
            return remember(here, login, TRY(here.read(pinned)));
        if (!key.empty())
            seen += cat(seen.empty() ? "" : ", ", key);
        std::error_code ignored;
        std::filesystem::remove(pinned, ignored);
    }
    if (seen.empty())
        return ssh_login_error(log, target, login);
    return Error{ErrorKind::Denied,
                 cat("the host key of ", login.known_name, " is not ", target.host_key,
                     ": the host shows ", seen),
                 "compare on the node's console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"};
}

}
