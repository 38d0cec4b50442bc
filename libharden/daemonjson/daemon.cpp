#include "daemonjson/daemon.h"

#include "base/text.h"
#include "daemonjson/unit_command.h"

#include <algorithm>

namespace harden {

static std::vector<std::string> words(std::string_view text, char separator)
{
    std::vector<std::string> result;
    for (const auto part : split(text, separator))
        if (!part.empty() && !part.starts_with('$'))
            result.emplace_back(part);
    return result;
}

static bool is_dockerd(const std::vector<std::string>& command)
{
    return !command.empty() && Path{command.front()}.filename() == "dockerd";
}

static std::vector<std::string> running_command(const Host& host)
{
    const auto pid = host.read("/run/docker.pid");
    if (!pid || !to_number(trim(*pid)))
        return {};
    const auto line = host.read(Path{"/proc"} / trim(*pid) / "cmdline");
    return line ? words(*line, '\0') : std::vector<std::string>{};
}

static Path config_file(const std::vector<std::string>& flags)
{
    constexpr std::string_view name = "--config-file";
    for (std::size_t i = 0; i < flags.size(); ++i) {
        if (flags[i] == name && i + 1 < flags.size())
            return flags[i + 1];
        if (flags[i].starts_with(cat(name, "=")))
            return flags[i].substr(name.size() + 1);
    }
    return default_daemon_file;
}

// "Docker version 20.10.24+dfsg1, build 297e128"
static std::string installed_version(const Host& host)
{
    const auto answer = host.query({"dockerd", "--version"});
    constexpr std::string_view mark = "version ";
    const auto begin = answer ? answer->out.find(mark) : std::string::npos;
    if (begin == std::string::npos)
        return {};
    const auto rest = answer->out.substr(begin + mark.size());
    return rest.substr(0, rest.find_first_of(", \n"));
}

static std::vector<std::string> daemon_flags(const Host& host)
{
    auto command = running_command(host);
    if (!is_dockerd(command))
        command = unit_command(host);
    if (!is_dockerd(command))
        return {};
    return {command.begin() + 1, command.end()};
}

Path daemon_file(const Host& host)
{
    return config_file(daemon_flags(host));
}

static Daemon described(const Host& host, Result<DockerInfo> info)
{
    Daemon daemon;
    if (info)
        daemon.info = *std::move(info);
    daemon.version_text = daemon.info ? daemon.info->version : installed_version(host);
    daemon.version = docker_version(daemon.version_text);
    daemon.flags = daemon_flags(host);
    daemon.file = config_file(daemon.flags);
    return daemon;
}

Daemon daemon_of(const Node& node)
{
    return described(node.host(), node.docker().info());
}

Daemon judging_daemon(const Node& node)
{
    return described(node.host(), node.docker().ping());
}

DaemonFacts facts_of(const Daemon& daemon, const Host& host)
{
    return {.version = daemon.version,
            .flags = daemon.flags,
            .host = &host,
            .swarm_active = daemon.info && daemon.info->swarm_active};
}

static std::string text_of(const JsonValue& file, std::string_view key, std::string_view otherwise)
{
    const auto* value = file.find(key);
    return value != nullptr && value->type == JsonType::Text && !value->text.empty()
               ? value->text
               : std::string{otherwise};
}

static bool is_on(const JsonValue& file, std::string_view key)
{
    const auto* value = file.find(key);
    return value != nullptr && value->is_boolean(true);
}

static void compare_runtimes(const JsonValue& file, const DockerInfo& running,
                             std::vector<KeyChange>& changes)
{
    const auto* runtimes = file.find("runtimes");
    if (runtimes == nullptr)
        return;
    for (const auto& runtime : runtimes->members) {
        const auto known = running.runtimes.find(runtime.key);
        const auto path = text_of(runtime.value, "path", "");
        // with arguments, and for shims, dockerd tells another path than the file's
        const bool is_plain = !path.empty() && runtime.value.find("runtimeArgs") == nullptr;
        if (known == running.runtimes.end())
            changes.push_back({JsonPath{"runtimes", runtime.key}, "", compact(runtime.value)});
        else if (is_plain && known->second != path)
            changes.push_back({JsonPath{"runtimes", runtime.key, "path"},
                               json_string(known->second), json_string(path)});
    }
}

// Without the slash that dockerd adds, and the scheme that it takes away.
static std::string_view bare(std::string_view text)
{
    for (const std::string_view scheme : {"http://", "https://"})
        if (text.starts_with(scheme))
            text.remove_prefix(scheme.size());
    return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

static bool holds(const std::vector<std::string>& running, const JsonValue& wanted)
{
    return std::ranges::any_of(running,
                               [&](const auto& one) { return bare(one) == bare(wanted.text); });
}

// A key that the file has not stays as a reload found it, and dockerd adds entries of its own.
static void compare_list(const JsonValue& file, std::string_view key,
                         const std::vector<std::string>& running, std::vector<KeyChange>& changes)
{
    const auto* wanted = file.find(key);
    if (wanted == nullptr || wanted->type != JsonType::List ||
        std::ranges::all_of(wanted->elements, [&](const auto& one) { return holds(running, one); }))
        return;
    JsonValue is{.type = JsonType::List};
    for (const auto& one : running)
        is.elements.push_back({.type = JsonType::Text, .text = one});
    changes.push_back({JsonPath{std::string{key}}, compact(is), compact(*wanted)});
}

bool tells_no_new_privileges(const DockerInfo& running)
{
    const auto version = docker_version(running.version);
    return version && *version >= DockerVersion{25, 0};
}

std::vector<KeyChange> drift(const JsonValue& file, const DockerInfo& running)
{
    std::vector<KeyChange> changes;
    const auto flag = [&](std::string_view key, bool is) {
        if (is_on(file, key) != is)
            changes.push_back(
                {JsonPath{std::string{key}}, is ? "true" : "false", is ? "false" : "true"});
    };
    const auto text = [&](std::string_view key, const std::string& is, std::string_view otherwise) {
        const auto wanted = text_of(file, key, otherwise);
        if (!is.empty() && wanted != is)
            changes.push_back({JsonPath{std::string{key}}, json_string(is), json_string(wanted)});
    };
    flag("live-restore", running.live_restore);
    if (tells_no_new_privileges(running))
        flag("no-new-privileges",
             std::ranges::find(running.security_options, "name=no-new-privileges") !=
                 running.security_options.end());
    text("log-driver", running.logging_driver, "json-file");
    compare_runtimes(file, running, changes);
    text("default-runtime", running.default_runtime, "runc");
    if (file.find("debug") != nullptr)
        flag("debug", running.debug);
    compare_list(file, "labels", running.labels, changes);
    compare_list(file, "registry-mirrors", running.mirrors, changes);
    compare_list(file, "insecure-registries", running.insecure_registries, changes);
    return changes;
}

}
