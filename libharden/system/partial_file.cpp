#include "system/partial_file.h"

#include "system/process.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace harden {

static std::string mebibytes(std::uint64_t bytes)
{
    return cat(std::to_string((bytes >> 20U) + 1), " MiB");
}

PartialFile::PartialFile(Path file, Descriptor descriptor, std::uint64_t size)
    : file_{std::move(file)}
    , descriptor_{std::move(descriptor)}
    , size_{size}
{
}

Result<PartialFile> PartialFile::open(const Path& file)
{
    std::error_code code;
    std::filesystem::create_directories(file.parent_path(), code);
    if (code)
        return errno_error(file.parent_path().native(), code.value());
    Descriptor opened{
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)};
    struct stat status {};
    if (!opened.is_open() || fstat(opened.number(), &status) != 0)
        return errno_error(file.native(), errno);
    return PartialFile{file, std::move(opened), static_cast<std::uint64_t>(status.st_size)};
}

Error PartialFile::failed(int problem)
{
    if (problem == ENOSPC || problem == EDQUOT) {
        unlink(file_.c_str());
        return {ErrorKind::Failed,
                cat(file_.parent_path().native(), ": no space left after ", mebibytes(size_)),
                "make room there and run it again"};
    }
    return errno_error(file_.native(), problem);
}

Result<> PartialFile::start_over()
{
    if (ftruncate(descriptor_.number(), 0) != 0)
        return failed(errno);
    size_ = 0;
    return done;
}

Result<> PartialFile::expect(std::uint64_t more)
{
    struct statvfs space {};
    if (fstatvfs(descriptor_.number(), &space) != 0)
        return errno_error(file_.native(), errno);
    const auto free = std::uint64_t{space.f_bavail} * space.f_frsize;
    if (more <= free)
        return done;
    unlink(file_.c_str());
    return Error{ErrorKind::Failed,
                 cat(file_.parent_path().native(), ": no space left: ", mebibytes(more),
                     " are to come, ", mebibytes(free), " are free"),
                 "make room there and run it again"};
}

Result<> PartialFile::append(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto put = ::write(descriptor_.number(), bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failed(errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
        size_ += static_cast<std::uint64_t>(put);
    }
    return done;
}

Result<> PartialFile::finish(const Path& as)
{
    if (fsync(descriptor_.number()) != 0 || rename(file_.c_str(), as.c_str()) != 0)
        return failed(errno);
    return done;
}

}
