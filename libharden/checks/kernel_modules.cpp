#include "checks/kernel_modules.h"

#include "checks/sysctl.h"
#include "checks/sysctl_files.h"

#include <algorithm>
#include <cctype>

namespace harden {

static const std::vector<Path> configuration = {"/etc/modprobe.d", "/run/modprobe.d",
                                                "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
                                                "/lib/modprobe.d"};

static std::string module_name(std::string_view name)
{
    std::string plain{name};
    std::ranges::replace(plain, '-', '_');
    return plain;
}

static std::vector<std::string_view> words_of(std::string_view line)
{
    auto words = split(trim(line), ' ');
    std::erase(words, std::string_view{});
    return words;
}

// "install NAME /bin/false": a request for the module runs that. `blacklist` only hides aliases, so
// the name itself still loads.
static void note_blocked(std::string_view text, KernelModules& modules)
{
    for (const auto line : lines(text)) {
        const auto words = words_of(line);
        if (words.size() < 3 || words[0] != "install")
            continue;
        const auto program = Path{words[2]}.filename();
        if (program == "false" || program == "true")
            modules.blocked.insert(module_name(words[1]));
    }
}

// Rows "kernel/net/sctp/sctp.ko.xz: …" or "kernel/net/ipv6/ipv6.ko".
static void note_files(std::string_view text, KernelModules::Names& names)
{
    for (const auto line : lines(text)) {
        const auto file = line.substr(0, line.find(':'));
        const auto name = file.substr(file.rfind('/') + 1);
        const auto end = name.find(".ko");
        if (end != std::string_view::npos)
            names.insert(module_name(name.substr(0, end)));
    }
}

// "ALG", "SCTP" and their kind are what their modules bring.
static Result<> note_protocols(const Host& host, KernelModules& modules)
{
    const auto protocols = host.read("/proc/net/protocols");
    if (protocols.is_absent())
        return done;
    const auto contents = TRY(protocols);
    for (const auto line : lines(contents)) {
        std::string name{line.substr(0, line.find(' '))};
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        modules.present.insert(name == "alg" ? "algif_aead" : name);
    }
    return done;
}

static Result<> note_present(const Host& host, KernelModules& modules)
{
    const auto loaded = host.read("/proc/modules");
    if (loaded.is_absent())
        return note_protocols(host, modules); // a kernel without modules has what it has
    const auto contents = TRY(loaded);
    for (const auto line : lines(contents))
        modules.present.emplace(line.substr(0, line.find(' ')));
    return done;
}

static Result<> note_kernel_files(const Host& host, KernelModules& modules)
{
    const auto release = TRY(sysctl_text(host, "kernel.osrelease"));
    const auto directory = Path{"/lib/modules"} / release;
    const auto files = host.read(directory / "modules.dep");
    if (!files.is_absent())
        note_files(TRY(files), modules.files);
    const auto builtin = host.read(directory / "modules.builtin");
    if (!builtin.is_absent())
        note_files(TRY(builtin), modules.present);
    return done;
}

Result<KernelModules> kernel_modules(const Facts& facts)
{
    const auto& host = facts.host();
    KernelModules modules;
    TRY(note_present(host, modules));
    TRY(note_kernel_files(host, modules));
    for (const auto& file : TRY(merged_files(host, configuration, ".conf")))
        note_blocked(TRY(host.read(file)), modules);
    const auto sealed = sysctl_number(host, "kernel.modules_disabled");
    modules.are_sealed = !sealed.is_absent() && TRY(sealed) != 0;
    return modules;
}

ModuleState state_of(const KernelModules& modules, std::string_view module)
{
    const auto name = module_name(module);
    if (modules.present.contains(name))
        return ModuleState::Present;
    if (!modules.files.contains(name))
        return ModuleState::Absent;
    return modules.are_sealed || modules.blocked.contains(name) ? ModuleState::Blocked
                                                                : ModuleState::Loadable;
}

}
