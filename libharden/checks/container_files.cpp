#include "checks/container_judge.h"

#include <algorithm>

namespace harden {

using enum Severity;

static Result<std::string> writable_root(const RunningContainer& container)
{
    if (container.in_sandbox)
        return std::string{container.details.settings.read_only_root ? "" : "writable"};
    if (!container.process)
        return container.process.error();
    const auto* root = mount_at(container.process->mounts, "/");
    if (root == nullptr)
        return Error{ErrorKind::Malformed, "its mount table has no root", {}};
    return std::string{root->read_only ? "" : "writable"};
}

static bool is_listed(const std::vector<std::string>& options, std::string_view wanted)
{
    return std::ranges::any_of(options, [&](std::string_view option) {
        return option == wanted || (wanted == "size" && option.starts_with("size="));
    });
}

// A container's own tmpfs as it is mounted; what it was asked for where it is in a sandbox.
static Result<std::vector<std::string>>
tmpfs_options(const RunningContainer& container, std::string_view place, const std::string& asked)
{
    std::vector<std::string> options;
    if (container.in_sandbox) {
        for (const auto option : split(asked, ','))
            options.emplace_back(option);
        return options;
    }
    if (!container.process)
        return container.process.error();
    if (place.size() > 1 && place.ends_with('/'))
        place.remove_suffix(1);
    const auto* row = mount_at(container.process->mounts, place);
    return row == nullptr ? options : row->options;
}

// Docker mounts those of --tmpfs noexec and nosuid unless it is told otherwise.
static Result<std::string> loose_tmpfs(const RunningContainer& container)
{
    for (const auto& [place, asked] : container.details.settings.tmpfs) {
        const auto options = TRY(tmpfs_options(container, place, asked));
        const auto name = escaped(place, 60);
        if (!is_listed(options, "size"))
            return cat(name, " has no size");
        const bool by_default = container.in_sandbox && !is_listed(options, "exec");
        if (!by_default && !is_listed(options, "noexec"))
            return cat(name, " runs programs");
        if (!container.in_sandbox && !is_listed(options, "nosuid"))
            return cat(name, " takes set-user-id programs");
    }
    return std::string{};
}

static Result<Outcome> published_ports(const Facts& facts)
{
    const auto allowed = TRY(facts.once(verify_rules)).containers.public_ports;
    return judge_each(
        facts, [&](const RunningContainer& container, const auto&) -> Result<std::string> {
            std::vector<std::string> open;
            for (const auto& port : container.details.container.ports) {
                const bool is_everybodys = port.address == "0.0.0.0" || port.address == "::";
                if (is_everybodys && std::ranges::find(allowed, port.port) == allowed.end())
                    open.push_back(cat(port.address == "::" ? "[::]" : port.address, ":",
                                       std::to_string(port.port), "/", escaped(port.protocol, 8)));
            }
            return some_of(open, ", ");
        });
}

std::vector<Check> container_file_checks()
{
    auto published = container_check(
        "container.published-ports", "Published ports listen on intended addresses", High,
        "docker run --publish 127.0.0.1:PORT:PORT, or add it to containers.public_ports in "
        "/etc/harden/verify.toml",
        {"CIS-Docker-5.9", "CIS-Docker-5.14"},
        "A published port is open to the internet, past the host's firewall. Asked of Docker, "
        "against the list of the rules.",
        published_ports);
    published.profile = Profile::Strict;
    return {
        container_check("container.read-only-root", "Containers' root file systems are read-only",
                        Medium, "docker run --read-only --tmpfs /tmp:size=512m,mode=1777 ...",
                        {"CIS-Docker-5.13"},
                        "What breaks in writes itself into the image's programs, and fills the "
                        "disk. Asked of the kernel's mount table.",
                        each_container(writable_root)),
        container_check("container.tmpfs-bounded",
                        "Containers' tmpfs mounts are sized and carry no programs", Medium,
                        "docker run --tmpfs /tmp:size=512m,mode=1777 ...", {},
                        "A tmpfs without a size may take half of the memory. Asked of the kernel's "
                        "mount table.",
                        each_container(loose_tmpfs)),
        std::move(published),
    };
}

}
