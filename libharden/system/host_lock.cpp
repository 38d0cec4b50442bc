#include "system/descriptor.h"
#include "system/local_host.h"
#include "system/process.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace harden {

static int parent_of(const Host& host, long long process)
{
    const auto stat = host.read(Path{"/proc"} / std::to_string(process) / "stat");
    if (!stat || stat->rfind(')') == std::string::npos)
        return 0;
    // "PID (NAME) STATE PARENT …"
    const auto fields = split(trim(std::string_view{*stat}.substr(stat->rfind(')') + 1)), ' ');
    return fields.size() > 1 ? static_cast<int>(to_number(fields[1]).value_or(0)) : 0;
}

static bool is_our_ancestor(const Host& host, std::string_view holder)
{
    const auto number = to_number(split(holder, ' ').front());
    for (int process = parent_of(host, getpid()); number && process > 1;
         process = parent_of(host, process))
        if (process == *number)
            return true;
    return false;
}

static Result<> sign_lock(const Descriptor& opened, std::string_view holder)
{
    const auto text = cat(std::to_string(getpid()), " ", holder, "\n");
    if (ftruncate(opened.number(), 0) != 0 ||
        pwrite(opened.number(), text.data(), text.size(), 0) < 0)
        return errno_error("lock", errno);
    return done;
}

Result<HostLock> LocalHost::lock(const Path& file, std::string_view holder,
                                 std::chrono::milliseconds patience)
{
    using std::chrono::steady_clock;
    const auto deadline = steady_clock::now() + patience;
    auto opened = std::make_shared<Descriptor>(
        open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!opened->is_open())
        return errno_error(file.native(), errno);
    while (flock(opened->number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return errno_error(file.native(), errno);
        const auto other = TRY(read(file));
        if (is_our_ancestor(*this, other))
            return HostLock{};
        if (steady_clock::now() >= deadline)
            return Error{
                ErrorKind::TimedOut,
                cat("another harden is at work on this node: process ", escaped(trim(other))),
                "wait for it to end and run this again"};
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    TRY(sign_lock(*opened, holder));
    return HostLock{std::move(opened)};
}

}
