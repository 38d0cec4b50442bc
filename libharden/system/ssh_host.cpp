#include "system/ssh_host.h"

#include "system/ssh_host_key.h"

#include <thread>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto login_timeout = 30s;
static constexpr auto upload_timeout = 15min;
// seconds; longer than any run, short enough that a lock never outlives a broken line for long
static constexpr auto longest_lock = "3600";
static constexpr int lock_is_taken = 75;
// of ssh, which says so too of a command that a signal ended; then the connection lives on
static constexpr int ssh_failed = 255;
static constexpr auto last_words = 500ms; // for the master to end after its connection

Result<std::unique_ptr<SshHost>> SshHost::connect(const Host& here, SshTarget target,
                                                  std::function<void(std::string_view)> tell)
{
    std::unique_ptr<SshHost> host{new SshHost{here, std::move(target), std::move(tell)}};
    TRY(host->prepare());
    TRY(host->open_master());
    return host;
}

Result<> SshHost::prepare()
{
    if (target_.destination.empty() || target_.destination.front() == '-')
        return Error{ErrorKind::Malformed, cat("no host is called ", escaped(target_.destination)),
                     ""};
    auto asked = ssh_command(target_, {});
    asked.insert(asked.begin() + 1, "-G");
    const auto printed = TRY(succeeded(here_.query(asked), {"ssh", "-G", target_.destination}));
    login_ = TRY(parse_ssh_login(printed.out));
    directory_ = TRY(PrivateDirectory::create());
    if (!target_.host_key.empty())
        TRY(pin_host_key(here_, target_, login_, scratch() / "known_hosts"));
    return done;
}

std::vector<std::string> SshHost::host_key_options() const
{
    if (!target_.host_key.empty())
        return {"StrictHostKeyChecking=yes",
                cat("UserKnownHostsFile=", (scratch() / "known_hosts").string()),
                "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no"};
    return {target_.accept_new ? "StrictHostKeyChecking=accept-new" : "StrictHostKeyChecking=yes"};
}

Result<> SshHost::open_master()
{
    auto options = host_key_options();
    options.insert(
        options.end(),
        {"ControlMaster=yes", cat("ControlPath=", (scratch() / "c").string()), "LogLevel=DEBUG1"});
    auto command = ssh_command(target_, options);
    command.insert(command.begin() + 1, "-N");
    std::error_code ignored;
    std::filesystem::remove(scratch() / "c", ignored);
    TRY(master_.start(command, scratch() / "master.log", {}));
    const auto deadline = std::chrono::steady_clock::now() + login_timeout;
    while (!std::filesystem::exists(scratch() / "c", ignored)) {
        if (master_.status())
            return ssh_login_error(master_.log(), target_, login_);
        if (std::chrono::steady_clock::now() > deadline) {
            master_.stop();
            return Error{ErrorKind::TimedOut,
                         cat("log in to ", target_.destination, ": no answer within 30 s"),
                         cat("try ssh ", target_.destination, " true")};
        }
        std::this_thread::sleep_for(5ms);
    }
    tell_of_new_key(master_.log());
    return done;
}

void SshHost::tell_of_new_key(std::string_view log)
{
    if (log.find("Permanently added") != std::string_view::npos && target_.host_key.empty())
        tell_(cat("trusted on first sight, as --accept-new says: ", login_.known_name, " shows ",
                  host_key_seen(log), "\n"));
}

// Without the master this must fail rather than log in a second time.
Result<Command> SshHost::over_master(const Command& command) const
{
    auto words = ssh_command(target_, {"ControlMaster=no", "LogLevel=ERROR", "ProxyCommand=false",
                                       cat("ControlPath=", (scratch() / "c").string())});
    words.push_back(TRY(remote_command(command, login_.user)));
    return words;
}

static Error lost(std::string_view destination, std::string_view said)
{
    const auto why = last_line(said);
    return {ErrorKind::TimedOut,
            cat("the connection to ", destination, " is lost", why.empty() ? "" : ": ", why), ""};
}

Result<Output> SshHost::execute(const Command& command, const CommandOptions& options)
{
    auto answer = here_.query(TRY(over_master(command)), options).during(command.front());
    // a lost line ends ssh by its keep-alives; a command that takes too long would do so again
    if (!answer && answer.error().kind == ErrorKind::TimedOut)
        return Error{ErrorKind::Failed, answer.error().message, answer.error().hint};
    if (answer && answer->status == ssh_failed && master_.status_within(last_words))
        return lost(target_.destination, master_.log());
    return answer;
}

Result<Output> SshHost::execute_anew(const Command& command)
{
    auto options = host_key_options();
    options.insert(options.end(), {"ControlMaster=no", "ControlPath=none", "LogLevel=DEBUG1"});
    auto words = ssh_command(target_, options);
    words.push_back(TRY(remote_command(command, login_.user)));
    auto answer = TRY(here_.query(words));
    if (answer.status == ssh_failed)
        return ssh_login_error(answer.err, target_, login_);
    return answer;
}

// As ProxyCommand has it: words for a shell, in which a percent sign begins a token.
static Result<std::string> proxy_command(const Command& command)
{
    std::string line;
    for (const auto& word : command) {
        for (const char letter : TRY(quoted_for_shell(word)))
            line += letter == '%' ? std::string{"%%"} : std::string{letter};
        line += ' ';
    }
    return line;
}

Result<Output> SshHost::execute_through(const Command& server, const Command& command)
{
    auto options = host_key_options();
    options.insert(options.end(),
                   {"ControlMaster=no", "ControlPath=none", "LogLevel=ERROR",
                    cat("ProxyCommand=", TRY(proxy_command(TRY(over_master(server)))))});
    auto words = ssh_command(target_, options);
    words.push_back(TRY(remote_command(command, login_.user)));
    return here_.query(words, {.timeout = login_timeout});
}

Result<> SshHost::upload(const Path& file, const Path& to)
{
    const Command store{
        "dd", cat("of=", to.string()), "bs=1M", "iflag=fullblock", "conv=fsync", "status=none"};
    SshChild copy;
    TRY(copy.start(TRY(over_master(store)), scratch() / "upload.log", file));
    const auto status = copy.status_within(upload_timeout);
    if (!status || (*status == ssh_failed && master_.status_within(last_words)))
        return lost(target_.destination, copy.log());
    if (*status != 0)
        return Error{ErrorKind::Failed,
                     cat("write ", to.string(), " on the node: ", escaped(trim(copy.log()))), ""};
    return done;
}

// The lock is a process on the node whose input is this connection: when we end, it ends, a
// moment later; hence the wait.
Result<> SshHost::lock(const Path& file, std::string_view owner)
{
    locked_ = file;
    lock_owner_ = owner;
    const auto owner_file = cat(file.string(), ".owner");
    const Command hold{"timeout",
                       longest_lock,
                       "flock",
                       "--timeout",
                       "5",
                       "--conflict-exit-code",
                       std::to_string(lock_is_taken),
                       file.string(),
                       "tee",
                       owner_file};
    TRY(lock_.start_holding(TRY(over_master(hold)), scratch() / "lock.log", cat(owner, "\n")));
    for (int rounds = 0; rounds < 2000; ++rounds) {
        if (lock_.log().find(owner) != std::string::npos)
            return done;
        if (const auto status = lock_.status())
            return why_not_locked(*status, owner_file);
        std::this_thread::sleep_for(5ms);
    }
    return lost(target_.destination, "no answer to a lock");
}

Result<> SshHost::why_not_locked(int status, const std::string& owner_file)
{
    if (status == ssh_failed)
        return lost(target_.destination, lock_.log());
    if (status != lock_is_taken)
        return Error{ErrorKind::Failed,
                     cat("lock ", locked_.string(), " on the node: ", escaped(trim(lock_.log()))),
                     ""};
    const auto holder = TRY(execute({"cat", owner_file}));
    if (trim(holder.out) == lock_owner_) // our own, of a connection that was lost
        return done;
    return Error{ErrorKind::Denied,
                 cat("another setup holds this node: ", escaped(trim(holder.out))),
                 "wait until it has ended"};
}

Result<> SshHost::reconnect()
{
    lock_.stop();
    master_.stop();
    TRY(open_master());
    if (locked_.empty())
        return done;
    return lock(locked_, lock_owner_);
}

}
