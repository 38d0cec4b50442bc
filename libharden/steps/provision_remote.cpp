#include "steps/provision_remote.h"

#include <array>

namespace harden {

using namespace std::chrono_literals;

static constexpr std::array pauses{1000ms, 2000ms, 4000ms, 8000ms};

// What the disk of the node says when it is full, put as a sentence with a remedy.
static Error explained(const Error& error)
{
    if (error.message.find("No space left on device") == std::string::npos)
        return error;
    return {error.kind, error.message,
            "make room: apt-get clean; journalctl --vacuum-size=100M; docker image prune"};
}

Result<> must(Remote& remote, const Command& command, const CommandOptions& options)
{
    const auto answer = succeeded(remote.execute(command, options), command);
    if (!answer)
        return explained(answer.error());
    return done;
}

// Where the answer to a mv is lost and it is asked for again, there is nothing left to move.
Result<> put_in_place(Remote& remote, const Path& beside, const Path& file)
{
    auto moved = must(remote, {"mv", "-T", beside.string(), file.string()});
    if (moved || TRY(remote.execute({"test", "-e", beside.string()})).status == 0)
        return moved;
    return must(remote, {"test", "-e", file.string()});
}

Result<> upload_checked(Remote& remote, const Path& file, std::string_view sha256, const Path& to)
{
    TRY(must(remote, {"mkdir", "-p", to.parent_path().string()}));
    const auto beside = to.string() + ".part";
    if (const auto copied = remote.upload(file, beside); !copied) {
        if (copied.error().kind != ErrorKind::TimedOut)
            TRY(remote.execute({"rm", "-f", beside}));
        return explained(copied.error());
    }
    const auto told = TRY(remote.execute({"sha256sum", beside}, {.timeout = 2min}));
    if (!told.out.starts_with(sha256))
        return Error{ErrorKind::Failed, cat(file.string(), " did not arrive whole on the node"),
                     "run setup again"};
    return put_in_place(remote, beside, to);
}

Result<> write_record(Remote& remote, const Path& file, std::string_view text)
{
    const auto beside = file.string() + ".part";
    TRY(must(remote, {"mkdir", "-p", file.parent_path().string()}));
    TRY(must(remote, {"dd", cat("of=", beside), "conv=fsync", "status=none"},
             {.input = std::string{text}}));
    return put_in_place(remote, beside, file);
}

template<class Ask>
auto PatientRemote::patiently(Ask ask) -> decltype(ask())
{
    auto answer = ask();
    for (const auto pause : pauses) {
        if (answer || answer.error().kind != ErrorKind::TimedOut)
            return answer;
        tell_(cat(answer.error().message, "; trying again\n"));
        pause_(pause);
        const auto connected = remote_.reconnect();
        if (!connected && connected.error().kind != ErrorKind::TimedOut)
            return connected.error();
        if (connected)
            answer = ask();
    }
    return answer;
}

Result<Output> PatientRemote::execute(const Command& command, const CommandOptions& options)
{
    return patiently([&] { return remote_.execute(command, options); });
}

Result<> PatientRemote::upload(const Path& file, const Path& to)
{
    return patiently([&] { return remote_.upload(file, to); });
}

Result<> PatientRemote::lock(const Path& file, std::string_view owner)
{
    return patiently([&] { return remote_.lock(file, owner); });
}

// A login of its own proves something only if the old connection is left alone.
Result<Output> PatientRemote::execute_anew(const Command& command)
{
    auto answer = remote_.execute_anew(command);
    for (const auto pause : pauses) {
        if (answer || answer.error().kind != ErrorKind::TimedOut)
            return answer;
        pause_(pause);
        answer = remote_.execute_anew(command);
    }
    return answer;
}

Result<Output> PatientRemote::execute_through(const Command& server, const Command& command)
{
    return patiently([&] { return remote_.execute_through(server, command); });
}

Result<> PatientRemote::reconnect()
{
    return remote_.reconnect();
}

}
