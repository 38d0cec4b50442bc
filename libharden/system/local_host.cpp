#include "system/local_host.h"

#include "system/descriptor.h"
#include "system/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace harden {

static constexpr std::size_t largest_file = 256U << 20U; // bytes

Result<std::string> LocalHost::read(const Path& file) const
{
    const Descriptor opened{open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (!opened.is_open())
        return errno_error(file.native(), errno);
    std::string contents;
    std::array<char, 65536> buffer; // as it is: a look reads thousands of small files
    while (true) {
        const auto got = ::read(opened.number(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno_error(file.native(), errno);
        if (got == 0)
            return contents;
        contents.append(buffer.data(), static_cast<std::size_t>(got));
        if (contents.size() > largest_file)
            return Error{ErrorKind::Malformed, cat(file.native(), ": larger than 256 MiB"), {}};
    }
}

Result<std::vector<std::string>> LocalHost::list(const Path& directory) const
{
    auto* opened = opendir(directory.c_str());
    if (opened == nullptr)
        return errno_error(directory.native(), errno);
    std::vector<std::string> names;
    while (const auto* entry = readdir(opened)) {
        const std::string_view name{entry->d_name};
        if (name != "." && name != "..")
            names.emplace_back(name);
    }
    closedir(opened);
    std::ranges::sort(names);
    return names;
}

static FileType type_of(mode_t mode)
{
    if (S_ISREG(mode))
        return FileType::Regular;
    if (S_ISDIR(mode))
        return FileType::Directory;
    return S_ISLNK(mode) ? FileType::Link : FileType::Other;
}

Result<FileStatus> LocalHost::status(const Path& file) const
{
    struct stat found {};
    if (lstat(file.c_str(), &found) != 0)
        return errno_error(file.native(), errno);
    FileStatus status{.type = type_of(found.st_mode),
                      .mode = found.st_mode & 07777U,
                      .owner = found.st_uid,
                      .group = found.st_gid,
                      .size = static_cast<std::uint64_t>(found.st_size),
                      .inode = found.st_ino};
    status.modified = std::chrono::system_clock::time_point{
        std::chrono::seconds{found.st_mtim.tv_sec} +
        std::chrono::microseconds{found.st_mtim.tv_nsec / 1000}};
    std::error_code unreadable;
    if (status.type == FileType::Link)
        status.target = std::filesystem::read_symlink(file, unreadable);
    return status;
}

Result<Output> LocalHost::query(const Command& command, const CommandOptions& options) const
{
    return run_process(command, options);
}

Result<Output> LocalHost::run(const Command& command, const Command&, const CommandOptions& options)
{
    return run_process(command, options);
}

Result<Clock> LocalHost::now() const
{
    timespec boottime{};
    if (clock_gettime(CLOCK_BOOTTIME, &boottime) != 0)
        return errno_error("clock_gettime", errno);
    const auto boot_id = TRY(read("/proc/sys/kernel/random/boot_id"));
    return Clock{std::chrono::system_clock::now(),
                 std::chrono::seconds{boottime.tv_sec} + std::chrono::nanoseconds{boottime.tv_nsec},
                 std::string{trim(boot_id)}};
}

// A name is on disk once its directory is.
static Result<> sync_directory(const Path& directory)
{
    const Descriptor opened{open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.is_open() && fsync(opened.number()) == 0)
        return done;
    return errno_error(directory.native(), errno);
}

static Result<> make_directories(const Path& directory)
{
    if (directory.empty())
        return done;
    if (mkdir(directory.c_str(), 0755) != 0) {
        if (errno == EEXIST)
            return done;
        if (errno != ENOENT)
            return errno_error(directory.native(), errno);
        TRY(make_directories(directory.parent_path()));
        if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST)
            return errno_error(directory.native(), errno);
    }
    return sync_directory(directory.parent_path());
}

static Result<> write_all(const Descriptor& to, std::string_view contents)
{
    while (!contents.empty()) {
        const auto sent = ::write(to.number(), contents.data(), contents.size());
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno_error("write", errno);
        contents.remove_prefix(static_cast<std::size_t>(sent));
    }
    return done;
}

// Makes the file beside its place: `make` answers as open and symlink do. Where the directory is
// missing it is made, and what a killed process of the same number left goes first.
template<class Make>
static Result<int> make_beside(const Path& beside, Make make)
{
    for (int attempt = 0;; ++attempt) {
        const int made = make();
        if (made >= 0)
            return made;
        if (attempt > 1 || (errno != ENOENT && errno != EEXIST))
            return errno_error("make the new file beside it", errno);
        if (errno == ENOENT)
            TRY(make_directories(beside.parent_path()));
        else if (unlink(beside.c_str()) != 0)
            return errno_error(beside.native(), errno);
    }
}

static Result<> fill(const Descriptor& opened, std::string_view contents, const FileMode& mode)
{
    TRY(write_all(opened, contents));
    if (fchown(opened.number(), mode.owner.value_or(geteuid()), mode.group.value_or(getegid())) !=
            0 ||
        fchmod(opened.number(), mode.mode.value_or(0644)) != 0 || fsync(opened.number()) != 0)
        return errno_error("write", errno);
    return done;
}

static Result<> move_into_place(const Path& beside, const Path& file)
{
    if (rename(beside.c_str(), file.c_str()) == 0)
        return sync_directory(file.parent_path());
    const auto problem = errno_error(file.native(), errno);
    unlink(beside.c_str());
    return problem;
}

Result<> LocalHost::write(const Path& file, std::string_view contents, const FileMode& mode)
{
    auto wanted = mode;
    if (const auto before = status(file); before && before->type == FileType::Regular)
        wanted = {mode.mode.value_or(before->mode), mode.owner.value_or(before->owner),
                  mode.group.value_or(before->group)};
    const auto beside = name_beside(file, getpid());
    const auto made = make_beside(beside, [&] {
        return open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    });
    const Descriptor opened{TRY(Result<int>{made}.during(file.native()))};
    if (const auto filled = fill(opened, contents, wanted).during(file.native()); !filled) {
        unlink(beside.c_str());
        return filled.error();
    }
    return move_into_place(beside, file);
}

Result<> LocalHost::link(const Path& file, const Path& target)
{
    const auto beside = name_beside(file, getpid());
    const auto made = make_beside(beside, [&] { return symlink(target.c_str(), beside.c_str()); });
    TRY(Result<int>{made}.during(file.native()));
    return move_into_place(beside, file);
}

Result<> LocalHost::remove(const Path& file)
{
    std::error_code problem;
    const auto removed = std::filesystem::remove_all(file, problem);
    if (problem)
        return errno_error(file.native(), problem.value());
    return removed == 0 ? Result<>{done} : sync_directory(file.parent_path());
}

}
