#include "steps/ssh_login.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr auto directory = "/run/harden";
static constexpr std::string_view prefix = "ssh-rehearsal-";

// Of a run that was killed.
static void sweep(Host& host)
{
    const auto names = host.list(directory);
    if (!names)
        return;
    for (const auto& name : *names) {
        if (!name.starts_with(prefix))
            continue;
        const auto process = name.substr(prefix.size(), name.find('.') - prefix.size());
        if (host.status(Path{"/proc"} / process).is_absent())
            (void)host.remove(Path{directory} / name);
    }
}

Result<LoginRehearsal> LoginRehearsal::prepare(Host& host, const SshRehearsal& rehearsal)
{
    sweep(host);
    const auto process = TRY(host.status("/proc/self")).target.native();
    LoginRehearsal made{host};
    made.configuration_ = rehearsal.configuration;
    made.file_ = Path{directory} / cat(prefix, process, ".conf");
    made.log_ = Path{directory} / cat(prefix, process, ".log");
    TRY(host.write(made.file_, made.configuration_, {.mode = 0600, .owner = 0, .group = 0}));
    TRY(host.write(made.log_, "", {.mode = 0600, .owner = 0, .group = 0}));
    made.server_ = {
        sshd_program,     "-i", "-f", made.file_.native(), "-E", made.log_.native(), "-o",
        "LogLevel=DEBUG1"};
    return made;
}

Result<> LoginRehearsal::note_login()
{
    if (has_logged_in_ ||
        TRY(host_->read(log_)).find("Accepted publickey for ") == std::string::npos)
        return done;
    has_logged_in_ = true;
    return host_->write(ssh_rehearsal_record, configuration_,
                        {.mode = 0600, .owner = 0, .group = 0});
}

Result<std::string> LoginRehearsal::finish()
{
    const auto log = TRY(host_->read(log_));
    TRY(host_->remove(file_));
    TRY(host_->remove(log_));
    return outcome_in(log);
}

static std::string_view rest_after(std::string_view line, std::string_view words)
{
    const auto at = line.find(words);
    return at == std::string_view::npos ? "" : line.substr(at + words.size());
}

static std::string why_refused(std::string_view log)
{
    constexpr std::array reasons{"not allowed because",
                                 "Unable to negotiate",
                                 "Authentication refused",
                                 "Access denied for user",
                                 "refused: key",
                                 "Invalid user",
                                 "Failed publickey",
                                 "maximum authentication attempts",
                                 "Connection closed by authenticating user"};
    for (const auto* reason : reasons)
        for (const auto line : lines(log))
            if (line.find(reason) != std::string_view::npos)
                return escaped(trim(line.substr(0, line.find(" [preauth]"))));
    std::string last = "sshd said nothing";
    for (const auto line : lines(log))
        if (!trim(line).empty() && !line.starts_with("debug"))
            last = escaped(trim(line));
    return last;
}

Result<std::string> outcome_in(std::string_view sshd_log)
{
    std::string exchange;
    std::optional<AcceptedKey> accepted;
    for (const auto line : lines(sshd_log)) {
        if (const auto name = rest_after(line, "kex: algorithm: "); !name.empty())
            exchange = name.substr(0, name.find(' '));
        if (auto key = parse_accepted_key(line))
            accepted = std::move(key);
    }
    if (!accepted)
        return Error{ErrorKind::Failed,
                     cat("no login came through the new settings: ", why_refused(sshd_log)),
                     {}};
    return cat(escaped(accepted->user), " by ", accepted->key_type, " ", accepted->fingerprint,
               " over ", escaped(exchange));
}

}
