#include "base/text.h"
#include "gvisor/bundle.h"

#include <utility>

namespace harden {

static constexpr auto staging_directory = "/var/lib/harden/staging";

// A staging directory is named after the process that made it.
static Result<> sweep(Host& host)
{
    const auto names = host.list(staging_directory);
    if (names.is_absent())
        return done;
    if (!names)
        return names.error();
    for (const auto& name : *names) {
        const auto process = name.substr(name.rfind('-') + 1);
        if (host.status(Path{"/proc"} / process).is_absent())
            TRY(host.remove(Path{staging_directory} / name));
    }
    return done;
}

Result<Staging> Staging::make(Host& host)
{
    TRY(sweep(host));
    const auto self = TRY(host.status("/proc/self"));
    const auto path = Path{staging_directory} / cat("gvisor-", self.target.native());
    const Command make{"mkdir", "-p", path.native()};
    TRY(host.remove(path));
    TRY(succeeded(host.run(make), make));
    return Staging{host, path};
}

Staging::Staging(Host& host, Path path)
    : host_{&host}
    , path_{std::move(path)}
{
}

Staging::Staging(Staging&& other) noexcept
    : host_{std::exchange(other.host_, nullptr)}
    , path_{std::move(other.path_)}
{
}

// What cannot be removed now goes with the next sweep.
Staging::~Staging()
{
    if (host_ != nullptr)
        (void)static_cast<bool>(host_->remove(path_));
}

}
