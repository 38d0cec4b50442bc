#pragma once

#include "node/meters.h"

namespace harden {

// For those who have none: every question is ErrorKind::NotFound.
class NoMeters final : public Meters {
public:
    Result<std::vector<LinkMeter>> links() const override { return absent(); }
    Result<int> namespace_of(int) const override { return absent(); }
    Result<std::vector<std::optional<int>>> namespaces_of(std::span<const int>) const override
    {
        return absent();
    }
    Result<std::vector<Connection>> connections() const override { return absent(); }
    Result<std::vector<SourceHits>> refusals() const override { return absent(); }
    Result<std::vector<GpuProcess>> gpu_processes() const override { return absent(); }
    Result<std::string> memory(int, std::uint64_t, std::size_t) const override { return absent(); }

private:
    static Error absent() { return {ErrorKind::NotFound, "no meters", {}}; }
};

}
