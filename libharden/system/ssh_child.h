#pragma once

#include "node/host.h"
#include "system/descriptor.h"

#include <memory>
#include <optional>
#include <sys/types.h>

namespace harden {

// An ssh that runs beside us for a while: the connection's master, the holder of a lock, an
// upload. It inherits none of our own outputs, which a reader of ours may wait to see closed, and
// it is ended with us, also when we are killed.
class SshChild {
public:
    SshChild() = default;
    SshChild(const SshChild&) = delete;
    SshChild& operator=(const SshChild&) = delete;
    ~SshChild() { stop(); }

    // `input`: a file to read as standard input; empty: nothing to read.
    Result<> start(const Command& command, const Path& log, const Path& input);
    // Standard input is a pipe that stays open until stop(); `first_words` are written into it.
    Result<> start_holding(const Command& command, const Path& log, std::string_view first_words);

    // Its exit status, once it has ended.
    std::optional<int> status();
    std::optional<int> status_within(std::chrono::milliseconds timeout);
    std::string log() const;
    void stop();

private:
    Result<> spawn(const Command& command, const Path& log, int input);

    pid_t pid_ = 0;
    int hold_ = -1;
    std::optional<int> ended_;
    Path log_;
};

// A directory that only we can enter; gone, with all that is in it, with this object. What a
// killed process left of this kind goes when the next one is made.
class PrivateDirectory {
public:
    static Result<std::unique_ptr<PrivateDirectory>> create();
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;
    ~PrivateDirectory();

    const Path& path() const { return path_; }

private:
    PrivateDirectory(Path path, Descriptor held)
        : path_{std::move(path)}
        , held_{std::move(held)}
    {
    }
    Path path_;
    Descriptor held_; // locked while somebody uses the directory
};

}
