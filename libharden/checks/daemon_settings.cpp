#include "checks/daemon_settings.h"

#include "base/json_view.h"
#include "checks/docker_facts.h"

#include <algorithm>

namespace harden {

// "--flag VALUE" or "--flag=VALUE" on the daemon's command line.
static std::string flag_value(const std::vector<std::string>& arguments, std::string_view flag)
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == flag && i + 1 < arguments.size())
            return arguments[i + 1];
        if (argument.starts_with(flag) && argument.substr(flag.size()).starts_with('='))
            return std::string{argument.substr(flag.size() + 1)};
    }
    return {};
}

static bool has_flag(const std::vector<std::string>& arguments, std::string_view flag)
{
    return std::ranges::find(arguments, flag) != arguments.end() ||
           flag_value(arguments, flag) == "true";
}

Result<DaemonSettings> daemon_settings(const Facts& facts)
{
    const auto daemon = TRY(facts.once(docker_daemon));
    const auto& arguments = daemon.arguments;
    DaemonSettings settings{
        .userland_proxy = flag_value(arguments, "--userland-proxy") != "false",
        .metrics_address = flag_value(arguments, "--metrics-addr"),
        .verifies_clients = has_flag(arguments, "--tlsverify"),
    };
    constexpr std::string_view max_size = "max-size=";
    for (const auto& argument : arguments)
        if (const auto at = argument.find(max_size); at != std::string::npos)
            settings.log_max_size = argument.substr(at + max_size.size());
    const auto file = TRY(facts.once(daemon_json));
    if (!file.text)
        return settings;
    const auto document = TRY(parse_json(*file.text).during(file.file));
    if (const auto size = document.within("log-opts").text("max-size"); !size.empty())
        settings.log_max_size = size;
    if (const auto address = document.text("metrics-addr"); !address.empty())
        settings.metrics_address = address;
    if (file.text->find("\"userland-proxy\"") != std::string::npos)
        settings.userland_proxy = document.boolean("userland-proxy");
    settings.verifies_clients |= document.boolean("tlsverify");
    return settings;
}

Result<Outcome> daemon_json_valid(const Facts& facts)
{
    const auto file = TRY(facts.once(daemon_json));
    if (!file.text)
        return fail(cat(file.file, " does not exist"));
    const auto document = parse_json(*file.text);
    if (!document)
        return fail(cat(file.file, ": ", document.error().message));
    return pass(file.file);
}

static void compare(std::vector<std::string>& differing, std::string_view key,
                    std::string_view written, std::string_view running)
{
    if (!written.empty() && written != running)
        differing.push_back(cat(key, " is ", running.empty() ? "unset" : escaped(running, 80),
                                ", the file says ", escaped(written, 80)));
}

Result<Outcome> daemon_json_applied(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto file = TRY(facts.once(daemon_json));
    if (!file.text)
        return not_applicable(cat(file.file, " does not exist"));
    const auto document = TRY(parse_json(*file.text).during(file.file));
    std::vector<std::string> differing;
    compare(differing, "default-runtime", document.text("default-runtime"), info.default_runtime);
    compare(differing, "log-driver", document.text("log-driver"), info.logging_driver);
    compare(differing, "data-root", document.text("data-root"), info.root_dir);
    for (const auto& [name, runtime] : document.members("runtimes")) {
        const auto running = info.runtimes.find(name);
        compare(differing, cat("runtimes.", name), runtime.text("path"),
                running == info.runtimes.end() ? "" : running->second);
    }
    if (document.boolean("live-restore") && !info.live_restore)
        differing.emplace_back("live-restore is off, the file says on");
    const bool privileged = std::ranges::none_of(info.security_options, [](const auto& option) {
        return option.starts_with("name=no-new-privileges");
    });
    if (document.boolean("no-new-privileges") && privileged)
        differing.emplace_back("no-new-privileges is off, the file says on");
    if (!differing.empty())
        return fail(join(differing, "; "));
    return pass("in all that it tells of itself");
}

}
