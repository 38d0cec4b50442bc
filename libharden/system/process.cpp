#include "system/process.h"

#include "system/descriptor.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace harden {

using Moment = std::chrono::steady_clock::time_point;
static constexpr std::size_t largest_output = 256U << 20U; // bytes

Error errno_error(std::string_view what, int number)
{
    auto kind = ErrorKind::Failed;
    std::string hint;
    if (number == ENOENT || number == ENOTDIR)
        kind = ErrorKind::NotFound;
    else if (number == EACCES || number == EPERM)
        kind = ErrorKind::Denied;
    else if (number == ENOSPC || number == EDQUOT)
        hint = "free some space on that file system (df -h) and run this again";
    else if (number == EROFS)
        hint = "that file system is mounted read-only (mount, dmesg): nothing can be changed on it";
    return {kind, cat(what, ": ", std::strerror(number)), hint};
}

namespace {

struct Pipe {
    Descriptor reading;
    Descriptor writing;
};

Result<Pipe> make_pipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return errno_error("pipe", errno);
    return Pipe{Descriptor{ends[0]}, Descriptor{ends[1]}};
}

// The programs that we call live in these, whatever PATH a cron job or a login has.
constexpr auto child_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct Pipes {
    Pipe in;
    Pipe out;
    Pipe err;
    Pipe failure; // carries errno of a failed exec; closed by one that works
};

[[noreturn]] void become(const Command& command, const Pipes& pipes)
{
    std::vector<char*> arguments;
    for (const auto& argument : command)
        arguments.push_back(
            const_cast<char*>(argument.c_str())); // execvp takes what it does not change
    arguments.push_back(nullptr);
    dup2(pipes.in.reading.number(), STDIN_FILENO);
    dup2(pipes.out.writing.number(), STDOUT_FILENO);
    dup2(pipes.err.writing.number(), STDERR_FILENO);
    setenv("PATH", child_path, 1);
    setenv("LC_ALL", "C", 1);
    signal(SIGPIPE, SIG_DFL);
    // what is killed while a command of its runs must not have it work on beside the way back
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execvp(arguments[0], arguments.data());
    const int number = errno;
    [[maybe_unused]] const auto sent =
        write(pipes.failure.writing.number(), &number, sizeof number);
    _exit(127);
}

int milliseconds_to(Moment deadline)
{
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// One read of what is there; false at the end of the stream.
bool drain(const Descriptor& from, std::string& into)
{
    std::array<char, 65536> buffer{};
    const auto got = read(from.number(), buffer.data(), buffer.size());
    if (got > 0)
        into.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

// Feeds the child and collects what it says until both its streams have ended.
Result<Output> converse(Pipes& pipes, std::string_view input, Moment deadline)
{
    Output output;
    fcntl(pipes.in.writing.number(), F_SETFL, O_NONBLOCK);
    if (input.empty())
        pipes.in.writing.close();
    while (pipes.out.reading.is_open() || pipes.err.reading.is_open()) {
        std::array<pollfd, 3> waiting{{{pipes.out.reading.number(), POLLIN, 0},
                                       {pipes.err.reading.number(), POLLIN, 0},
                                       {pipes.in.writing.number(), POLLOUT, 0}}};
        const int ready = poll(waiting.data(), waiting.size(), milliseconds_to(deadline));
        if (ready == 0)
            return Error{ErrorKind::TimedOut, "did not end in time", {}};
        if (ready < 0 && errno != EINTR)
            return errno_error("poll", errno);
        if (ready < 0)
            continue;
        if (waiting[0].revents != 0 && !drain(pipes.out.reading, output.out))
            pipes.out.reading.close();
        if (waiting[1].revents != 0 && !drain(pipes.err.reading, output.err))
            pipes.err.reading.close();
        if (waiting[2].revents != 0) {
            const auto sent = write(pipes.in.writing.number(), input.data(), input.size());
            input.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
            if (input.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR))
                pipes.in.writing.close();
        }
        if (output.out.size() + output.err.size() > largest_output)
            return Error{ErrorKind::Malformed, "printed more than 256 MiB", {}};
    }
    return output;
}

Result<int> await(pid_t child, Moment deadline)
{
    int status = 0;
    while (true) {
        const auto ended = waitpid(child, &status, WNOHANG);
        if (ended == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (ended < 0 && errno != EINTR)
            return errno_error("waitpid", errno);
        if (milliseconds_to(deadline) == 0)
            return Error{ErrorKind::TimedOut, "did not end in time", {}};
        poll(nullptr, 0, 1);
    }
}

// The errno of a failed exec, or nothing where the program started.
std::optional<int> exec_failure(Pipes& pipes)
{
    pipes.failure.writing.close();
    int number = 0;
    const auto got = read(pipes.failure.reading.number(), &number, sizeof number);
    return got == sizeof number ? std::optional{number} : std::nullopt;
}

void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

}

Result<Output> run_process(const Command& command, const CommandOptions& options)
{
    signal(SIGPIPE, SIG_IGN); // a child that does not read its input is no reason to die
    const auto deadline = std::chrono::steady_clock::now() + options.timeout;
    Pipes pipes{TRY(make_pipe()), TRY(make_pipe()), TRY(make_pipe()), TRY(make_pipe())};
    const auto child = fork();
    if (child < 0)
        return errno_error("fork", errno);
    if (child == 0)
        become(command, pipes);
    pipes.in.reading.close();
    pipes.out.writing.close();
    pipes.err.writing.close();
    if (const auto number = exec_failure(pipes)) {
        waitpid(child, nullptr, 0);
        return errno_error(command.front(), *number);
    }
    auto output = converse(pipes, options.input, deadline);
    auto status = output ? await(child, deadline) : Result<int>{output.error()};
    if (!status) {
        end(child);
        return Result<Output>{status.error()}.during(join(command, " "));
    }
    output->status = *status;
    return output;
}

}
