#include "checks/root_programs.h"

namespace harden {

// Root's group is root.
bool is_roots_alone(const FileStatus& status)
{
    const bool group_writes = (status.mode & 020U) != 0 && status.group != 0;
    return status.owner == 0 && !group_writes && (status.mode & 02U) == 0;
}

static Path target_of(const Path& link, const FileStatus& status)
{
    return (link.parent_path() / status.target).lexically_normal();
}

Result<std::optional<std::string>> foreign_hold(const Host& host, const Path& program)
{
    constexpr int most_links = 8;
    using Hold = std::optional<std::string>;
    auto file = program;
    for (int links = 0; links < most_links; ++links) {
        for (auto parent = file.parent_path(); parent != "/"; parent = parent.parent_path()) {
            const auto directory = host.status(parent);
            if (directory.is_absent())
                continue;
            const auto found = TRY(directory);
            if (found.type != FileType::Link && !is_roots_alone(found))
                return Hold{cat(escaped(parent.native(), 80), " is not root's alone")};
        }
        const auto status = host.status(file);
        if (status.is_absent())
            return Hold{};
        const auto found = TRY(status);
        if (found.type != FileType::Link)
            return is_roots_alone(found)
                       ? Hold{}
                       : Hold{cat(escaped(file.native(), 80), " is not root's alone")};
        file = target_of(file, found);
    }
    return Hold{cat(escaped(program.native(), 80), " is a chain of links")};
}

}
