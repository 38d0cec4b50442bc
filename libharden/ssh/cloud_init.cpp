#include "ssh/cloud_init.h"

namespace harden {

static constexpr auto key = "ssh_pwauth:";

std::optional<std::string> cloud_init_text(const Host& host)
{
    const Path directory = Path{cloud_init_drop_in}.parent_path();
    if (!host.status(directory) && !host.status("/etc/cloud/cloud.cfg"))
        return {};
    return cat("# Written by harden ssh-harden: cloud-init shall not let passwords in again.\n",
               key, " false\n");
}

Result<std::vector<std::string>> later_cloud_settings(const Host& host)
{
    std::vector<std::string> found;
    const Path ours{cloud_init_drop_in};
    const auto names = host.list(ours.parent_path());
    if (!names)
        return found;
    for (const auto& name : *names) {
        if (!name.ends_with(".cfg") || name <= ours.filename().native())
            continue;
        const auto text = TRY(host.read(ours.parent_path() / name));
        for (const auto line : lines(text))
            if (line.starts_with(key))
                found.push_back(cat((ours.parent_path() / name).native(), ": ", escaped(line)));
    }
    return found;
}

}
