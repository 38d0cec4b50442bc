#pragma once

#include "node/host.h"

#include <map>
#include <mutex>

namespace harden {

// Another Host whose questions end in time: one that does not say how long it may take has
// `question`, none has more than what is left until `end`, and a program that let one time out is
// asked no more. Several threads may ask.
class BoundedHost final : public Host {
public:
    BoundedHost(Host& real, std::chrono::milliseconds question,
                std::chrono::steady_clock::time_point end)
        : real_{real}
        , question_{question}
        , end_{end}
    {
    }

    Result<std::string> read(const Path& file) const override;
    Result<std::vector<std::string>> list(const Path& directory) const override;
    Result<FileStatus> status(const Path& file) const override;
    Result<Output> query(const Command& command, const CommandOptions& options) const override;
    Result<Clock> now() const override;
    Result<> write(const Path& file, std::string_view contents, const FileMode& mode) override;
    Result<> link(const Path& file, const Path& target) override;
    Result<> remove(const Path& file) override;
    Result<Output> run(const Command& command, const Command& undo,
                       const CommandOptions& options) override;
    Result<HostLock> lock(const Path& file, std::string_view holder,
                          std::chrono::milliseconds patience) override;
    using Host::query;
    using Host::run;
    using Host::write;

private:
    Result<CommandOptions> bounded(const Command& command, CommandOptions options) const;

    Host& real_;
    std::chrono::milliseconds question_;
    std::chrono::steady_clock::time_point end_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, Error> given_up_; // by program
};

}
