#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

using Path = std::filesystem::path;
using Command = std::vector<std::string>; // argument vector; never a shell line

struct Output {
    int status = 0; // exit status; 128 + signal where one ended it
    std::string out;
    std::string err;
};

struct CommandOptions {
    std::chrono::milliseconds timeout{30'000}; // ErrorKind::TimedOut after it; the child is killed
    std::string input;                         // the child's standard input
};

enum class FileType { Regular, Directory, Link, Other };

struct FileStatus {
    FileType type = FileType::Other;
    unsigned mode = 0; // permission bits, as in 0644
    unsigned owner = 0;
    unsigned group = 0;
    std::uint64_t size = 0;  // bytes
    std::uint64_t inode = 0; // of the file itself, not of what a link names
    std::chrono::system_clock::time_point modified;
    Path target; // of a link
};

// Owner and mode that a file shall have. What is not given stays as it is on a file that
// exists, else root:root.
struct FileMode {
    std::optional<unsigned> mode; // new files: 0644
    std::optional<unsigned> owner;
    std::optional<unsigned> group;
};

struct Clock {
    std::chrono::system_clock::time_point wall;
    std::chrono::nanoseconds since_boot{}; // CLOCK_BOOTTIME
    std::string boot_id;
};

// Held until the last copy is gone; the kernel releases it when the process ends.
using HostLock = std::shared_ptr<const void>;

// One machine's files, commands and clock. What is const only looks; what is not const changes
// it, so a function that takes a const Host& cannot harm a node.
// Reads are bounded: a file or an output above 256 MiB is ErrorKind::Malformed.
class Host {
public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    virtual ~Host() = default;

    virtual Result<std::string> read(const Path& file) const = 0;
    virtual Result<std::vector<std::string>> list(const Path& directory) const = 0; // names, sorted
    virtual Result<FileStatus> status(const Path& file) const = 0; // links are not followed
    // A command that only observes. NotFound where there is no such program; a status that is not 0
    // is an answer.
    virtual Result<Output> query(const Command& command, const CommandOptions& options) const = 0;
    Result<Output> query(const Command& command) const { return query(command, {}); }
    virtual Result<Clock> now() const = 0;

    // Replaces the file whole: written beside, fsynced, renamed; missing directories are made
    // (0755).
    virtual Result<> write(const Path& file, std::string_view contents, const FileMode& mode) = 0;
    Result<> write(const Path& file, std::string_view contents)
    {
        return write(file, contents, {});
    }
    // Points a symbolic link at `target`, atomically also where one is there already.
    virtual Result<> link(const Path& file, const Path& target) = 0;
    // Removes a file or a link; a directory with all that is in it. Absent: done.
    virtual Result<> remove(const Path& file) = 0;
    // A command that changes the machine. `undo` reverses it (a reload is its own reversal and runs
    // after the files are back); without one the command's effect is undone by the files alone.
    virtual Result<Output> run(const Command& command, const Command& undo,
                               const CommandOptions& options) = 0;
    Result<Output> run(const Command& command, const Command& undo = {})
    {
        return run(command, undo, {});
    }
    // One holder at a time on the machine: waits up to `patience` for another one and then is
    // TimedOut with that holder's own words. A child of the holder passes. Where nobody else can
    // be (a plan, a fake) it is held at once.
    virtual Result<HostLock> lock(const Path& file, std::string_view holder,
                                  std::chrono::milliseconds patience);
};

// Where a file's new contents are written by this process before they are renamed into place.
Path name_beside(const Path& file, int process);

// An answer with a status other than 0 as an Error that quotes what the command said.
Result<Output> succeeded(Result<Output> output, const Command& command);

}
