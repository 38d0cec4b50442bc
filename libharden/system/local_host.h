#pragma once

#include "node/host.h"

namespace harden {

// The machine this process runs on.
class LocalHost final : public Host {
public:
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
};

}
