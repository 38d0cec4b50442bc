#include "checks/kernel_facts.h"

#include "checks/packages.h"
#include "checks/sysctl.h"

#include <charconv>

namespace harden {

static constexpr std::string_view image_prefix = "vmlinuz-";

// "… (debian-kernel@lists.debian.org) … #1 SMP … Debian 6.1.147-1 (2025-08-02)"
static std::string package_in(std::string_view version)
{
    constexpr std::string_view mark = " Debian ";
    const auto at = version.rfind(mark);
    if (at == std::string_view::npos)
        return {};
    const auto rest = version.substr(at + mark.size());
    return std::string{trim(rest.substr(0, rest.find(' ')))};
}

Result<Kernels> kernels(const Facts& facts)
{
    const auto& host = facts.host();
    Kernels found{.running = TRY(sysctl_text(host, "kernel.osrelease"))};
    found.running_package = package_in(TRY(host.read("/proc/version")));
    const auto names = host.list("/boot");
    if (names.is_absent())
        return found;
    for (const auto& name : TRY(names))
        if (name.starts_with(image_prefix))
            found.installed.push_back(name.substr(image_prefix.size()));
    return found;
}

// What follows the numbers: "6.1.0-38-cloud-amd64" is "-cloud-amd64".
static std::string_view flavour_of(std::string_view release)
{
    for (std::size_t at = 0; at + 1 < release.size(); ++at)
        if (release[at] == '-' && (release[at + 1] < '0' || release[at + 1] > '9'))
            return release.substr(at);
    return {};
}

std::optional<std::string> newest_installed(const Kernels& kernels)
{
    std::optional<std::string> newest;
    for (const auto& release : kernels.installed)
        if (flavour_of(release) == flavour_of(kernels.running) &&
            (!newest || is_older(*newest, release)))
            newest = release;
    return newest;
}

// The first word of a setting that names a program.
static void note_program(std::string_view setting, std::string_view text,
                         std::vector<KernelProgram>& programs)
{
    text = trim(text);
    text = text.substr(0, text.find(' '));
    if (!text.empty())
        programs.push_back({std::string{setting}, std::string{text}});
}

static Result<> note_release_agents(const Host& host, std::vector<KernelProgram>& programs)
{
    const Path groups{"/sys/fs/cgroup"};
    const auto names = host.list(groups);
    if (names.is_absent())
        return done;
    for (const auto& name : TRY(names)) {
        const auto status = host.status(groups / name);
        if (!status || status->type != FileType::Directory)
            continue; // links name another hierarchy's directory
        const auto file = groups / name / "release_agent";
        const auto agent = host.read(file);
        if (!agent.is_absent())
            note_program(file.native(), TRY(agent), programs);
    }
    return done;
}

Result<std::vector<KernelProgram>> kernel_programs(const Facts& facts)
{
    const auto& host = facts.host();
    std::vector<KernelProgram> programs;
    const auto pattern = TRY(sysctl_text(host, "kernel.core_pattern"));
    if (pattern.starts_with('|'))
        note_program("kernel.core_pattern", std::string_view{pattern}.substr(1), programs);
    for (const auto* key : {"kernel.modprobe", "kernel.hotplug"}) {
        const auto text = sysctl_text(host, key);
        if (!text.is_absent())
            note_program(key, TRY(text), programs);
    }
    const auto helper = host.read("/sys/kernel/uevent_helper");
    if (!helper.is_absent())
        note_program("/sys/kernel/uevent_helper", TRY(helper), programs);
    TRY(note_release_agents(host, programs));
    return programs;
}

static unsigned hexadecimal(std::string_view text)
{
    unsigned value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return value;
}

std::vector<Route6> default_routes6(std::string_view ipv6_route)
{
    constexpr unsigned gateway = 0x2;
    constexpr unsigned learned = 0x40000;
    std::vector<Route6> routes;
    for (const auto line : lines(ipv6_route)) {
        auto fields = split(trim(line), ' ');
        std::erase(fields, std::string_view{});
        if (fields.size() < 10 || fields[1] != "00" || (hexadecimal(fields[8]) & gateway) == 0)
            continue;
        routes.push_back({std::string{fields[9]}, (hexadecimal(fields[8]) & learned) != 0});
    }
    return routes;
}

}
