#include "checks/gvisor_flags.h"

#include "base/json_view.h"
#include "base/settings.h"
#include "checks/canary_facts.h"
#include "checks/docker_facts.h"
#include "daemonjson/daemon.h"

#include <algorithm>

namespace harden {

static constexpr auto shim_config = "/etc/containerd/runsc.toml"; // where no other is named

// As Go's flag package takes them.
static std::string normal(std::string_view flag)
{
    while (flag.starts_with('-'))
        flag.remove_prefix(1);
    return cat("--", flag);
}

std::string GvisorFlags::value(std::string_view name) const
{
    std::string found;
    for (const auto& flag : flags) {
        const auto text = std::string_view{flag}.substr(2);
        if (text == name)
            found = "true";
        else if (text.starts_with(name) && text.substr(name.size()).starts_with('='))
            found = text.substr(name.size() + 1);
    }
    return found;
}

// Lines "key = value" below [runsc_config], as the shim reads them.
std::vector<std::string> flags_of_config(std::string_view toml)
{
    std::vector<std::string> flags;
    bool is_inside = false;
    for (const auto raw : lines(toml)) {
        const auto line = trim(raw);
        const auto equals = line.find('=');
        if (line.starts_with('['))
            is_inside = line.starts_with("[runsc_config]");
        else if (is_inside && !line.starts_with('#') && equals != std::string_view::npos) {
            auto value = trim(line.substr(equals + 1));
            if (value.starts_with('"') && value.find('"', 1) != std::string_view::npos)
                value = value.substr(1, value.find('"', 1) - 1);
            flags.push_back(cat("--", trim(line.substr(0, equals)), "=", value));
        }
    }
    return flags;
}

static std::vector<std::string> configured(const Host& host, const JsonView& runtime)
{
    std::vector<std::string> flags;
    for (const auto& argument : runtime.texts("runtimeArgs"))
        flags.push_back(normal(argument));
    if (runtime.text("runtimeType").empty())
        return flags;
    const auto named = runtime.within("options").text("ConfigPath");
    const auto config = host.read(named.empty() ? std::string{shim_config} : named);
    if (config)
        std::ranges::copy(flags_of_config(*config), std::back_inserter(flags));
    return flags;
}

// "runsc-sandbox --root=… boot --bundle=…": the flags before the word that says what to do.
static std::vector<std::string> flags_of_sandbox(std::string_view command)
{
    std::vector<std::string> flags;
    const auto words = split(command, ' ');
    for (std::size_t i = 1; i < words.size() && words[i].starts_with('-'); ++i)
        flags.push_back(normal(words[i]));
    return flags;
}

static void add_seen(const Facts& facts, std::vector<GvisorFlags>& all)
{
    if (!is_probing(facts))
        return;
    const auto& round = facts.once(canary_round);
    if (!round)
        return;
    for (auto& runtime : all) {
        const auto canary = asked_canary(*round, runtime.runtime);
        if (!canary || (*canary)->outside.command.empty())
            continue;
        std::ranges::copy(flags_of_sandbox((*canary)->outside.command),
                          std::back_inserter(runtime.flags));
        runtime.from_sandbox = true;
    }
}

Result<std::vector<GvisorFlags>> gvisor_flags(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    const auto text = facts.host().read(daemon_file(facts.host()));
    if (!text && !text.is_absent())
        return text.error();
    const auto document = TRY(parse_json(text ? *text : "{}").during("read daemon.json"));
    std::vector<GvisorFlags> all;
    for (const auto& runtime : runtimes.all) {
        const auto own = document.within("runtimes").within(runtime.name);
        all.push_back({.runtime = runtime.name,
                       .path = runtime.path,
                       .is_default = runtime.name == info.default_runtime,
                       .flags = configured(facts.host(), own)});
    }
    add_seen(facts, all);
    return all;
}

}
