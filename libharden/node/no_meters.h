#pragma once

#include "node/meters.h"

namespace harden {

// For those who have none: every question is ErrorKind::Unsupported.
class NoMeters final : public Meters {
public:
    Result<std::vector<LinkMeter>> links() const override { return unsupported(); }
    Result<int> namespace_of(int) const override { return unsupported(); }
    Result<std::vector<std::optional<int>>> namespaces_of(std::span<const int>) const override
    {
        return unsupported();
    }
    Result<std::vector<Connection>> connections() const override { return unsupported(); }
    Result<std::vector<SourceHits>> refusals() const override { return unsupported(); }
    Result<std::vector<GpuProcess>> gpu_processes() const override { return unsupported(); }
    Result<std::string> memory(int, std::uint64_t, std::size_t) const override
    {
        return unsupported();
    }

private:
    static Error unsupported() { return {ErrorKind::Unsupported, "no meters", {}}; }
};

}
