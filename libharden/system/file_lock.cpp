#include "system/file_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>

namespace harden {

static Error failure(const Path& file, int code)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the tools that lock have one thread.
    return {code == EACCES ? ErrorKind::Denied : ErrorKind::Failed,
            cat(file.native(), ": ", std::strerror(code)),
            {}};
}

Result<FileLock> FileLock::take(const Path& file, std::chrono::milliseconds patience)
{
    constexpr std::chrono::milliseconds pause{20};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::error_code ignored; // opening the file says what is wrong
    std::filesystem::create_directories(file.parent_path(), ignored);
    Descriptor opened{open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!opened.is_open())
        return failure(file, errno);
    while (flock(opened.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return failure(file, errno);
        if (std::chrono::steady_clock::now() >= deadline)
            return Error{
                ErrorKind::TimedOut, cat(file.native(), " is held by another process"), {}};
        std::this_thread::sleep_for(pause);
    }
    return FileLock{std::move(opened)};
}

Result<> append(const Path& file, std::string_view text)
{
    const Descriptor opened{
        open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640)};
    if (!opened.is_open())
        return failure(file, errno);
    while (!text.empty()) {
        const auto written = ::write(opened.number(), text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return failure(file, errno);
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return done;
}

}
