#include "base/text.h"
#include "dockerfile/limit_judge.h"
#include "node/host_paths.h"

#include <algorithm>
#include <filesystem>

namespace harden {

// Where the host has it, as far as the text tells; relative to the project where it does not begin
// with "/". /var/run is /run everywhere.
static std::string host_place(std::string_view source)
{
    std::string text{source};
    for (const std::string_view home : {"~", "$HOME", "${HOME}"})
        if (text == home || text.starts_with(cat(home, "/")))
            text.replace(0, home.size(), "/root");
    for (const std::string_view here : {"$PWD", "${PWD}", "$(pwd)", "`pwd`"})
        if (text == here || text.starts_with(cat(here, "/")))
            text.replace(0, here.size(), ".");
    auto place = std::filesystem::path{text}.lexically_normal().native();
    if (place.starts_with("//"))
        place.erase(0, 1);
    if (place.size() > 1 && place.ends_with('/'))
        place.pop_back();
    if (is_within(place, "/var/run"))
        place.erase(0, 4);
    return place;
}

static bool is_engine_socket(const RequestedMount& mount, const std::string& place)
{
    return std::ranges::any_of(engine_sockets(), [&](std::string_view socket) {
        const auto name = socket.substr(socket.rfind('/'));
        return (!place.empty() && is_within(socket, place)) || place.ends_with(name) ||
               mount.target.ends_with(name);
    });
}

static bool is_unknown(std::string_view place)
{
    return place.empty() || place.starts_with("..") || place.starts_with('$') ||
           place.starts_with('`');
}

static void judge_bind(LimitJudge& judge, const RequestedMount& mount)
{
    const auto place = host_place(mount.source.text);
    const auto remedy = judge.leave_out("volume", "volumes",
                                        cat(mount.source.text.substr(0, 200), ":", mount.target));
    const auto& rules = judge.rules().containers;
    const bool has_engine = is_engine_socket(mount, place);
    const bool is_hosts = place.starts_with('/') && is_sensitive(rules, place) &&
                          (mount.is_writable || !is_harmless(rules, place));
    if (has_engine)
        judge.reject("engine-socket", mount.source, "whoever has the engine's socket is root",
                     remedy);
    if (is_hosts)
        judge.reject("host-path", mount.source, "the host's own files lead to the host", remedy);
    else if (is_unknown(place))
        judge.review("host-path", mount.source, "which path of the host this is, is not known",
                     "write the path out, or leave it out");
    else if (mount.is_writable && !has_engine)
        judge.review("volume", mount.source, "a writable directory of the host is not bounded",
                     remedy);
}

static void judge_mounts(LimitJudge& judge)
{
    const auto& request = judge.request();
    for (const auto& mount : request.mounts) {
        if (mount.type == "bind")
            judge_bind(judge, mount);
        else if (mount.is_writable && mount.type != "image")
            judge.review("volume", mount.source, "a writable volume is not bounded",
                         "give it a quota, or mount a sized tmpfs there");
        if (mount.propagation.find("shared") != std::string::npos)
            judge.review("propagation", mount.source, "what it mounts there appears on the host",
                         cat("leave out ", mount.propagation));
    }
    for (const auto& each : request.volumes_from)
        judge.review("volume", each, "it takes whatever another container has mounted",
                     judge.leave_out("volumes-from", "volumes_from", each.text));
}

static void judge_namespace(LimitJudge& judge, const std::optional<PlacedText>& mode,
                            std::string_view flag, std::string_view key)
{
    if (!mode)
        return;
    if (mode->text == "host")
        judge.reject("namespace", *mode, cat("it shares the host's ", flag, " namespace"),
                     judge.leave_out(flag, key, "host"));
    else if (mode->text.starts_with("container:") || mode->text.starts_with("service:") ||
             mode->text.starts_with("ns:"))
        judge.review("namespace", *mode, "it shares another container's namespace",
                     judge.leave_out(flag, key, mode->text));
}

// The port that everybody reaches; nothing where it listens on an address of its own choice.
static std::optional<std::string> open_port(std::string_view text)
{
    text = text.substr(0, text.find('/'));
    if (text.starts_with('['))
        return text.starts_with("[::]:") ? open_port(text.substr(5)) : std::nullopt;
    const auto parts = split(text, ':');
    if (parts.size() == 1)
        return ""; // one that nobody knows before it runs
    if (parts.size() > 2 && parts[0] != "0.0.0.0" && !parts[0].empty())
        return {};
    return std::string{parts[parts.size() - 2]};
}

static void judge_ports(LimitJudge& judge)
{
    const auto& allowed = judge.rules().containers.public_ports;
    for (const auto& each : judge.request().ports) {
        const auto port = open_port(each.text);
        const auto number = port ? to_number(*port) : std::nullopt;
        if (!port || (number && std::ranges::find(allowed, *number) != allowed.end()))
            continue;
        judge.review("port", each, "everybody reaches this port, past the host's firewall",
                     judge.write("publish", "ports", "127.0.0.1:PORT:PORT"));
    }
}

static void judge_devices(LimitJudge& judge)
{
    const auto& allowed = judge.rules().containers.devices;
    for (const auto& each : judge.request().devices)
        if (std::ranges::find(allowed, each.text.substr(0, each.text.find(':'))) == allowed.end())
            judge.reject(
                "device", each, "a device is the host's hardware, past every limit",
                cat("leave it out, or add it to containers.devices in ", site_verify_rules));
    for (const auto& each : judge.request().device_rules)
        judge.reject("device", each, "a device is the host's hardware, past every limit",
                     judge.leave_out("device-cgroup-rule", "device_cgroup_rules", each.text));
}

void judge_reach(LimitJudge& judge)
{
    const auto& request = judge.request();
    judge_mounts(judge);
    judge_namespace(judge, request.network, "network", "network_mode");
    judge_namespace(judge, request.pid_mode, "pid", "pid");
    judge_namespace(judge, request.ipc_mode, "ipc", "ipc");
    judge_namespace(judge, request.uts_mode, "uts", "uts");
    judge_namespace(judge, request.user_namespace_mode, "userns", "userns_mode");
    judge_namespace(judge, request.cgroup_namespace_mode, "cgroupns", "cgroup");
    judge_devices(judge);
    judge_ports(judge);
    if (request.runtime && request.runtime->text != "runsc")
        judge.review("runtime", *request.runtime, "it chooses a runtime that may be no sandbox",
                     judge.leave_out("runtime", "runtime", request.runtime->text));
    if (request.cgroup_parent)
        judge.review(
            "cgroup-parent", *request.cgroup_parent, "it chooses who counts what it uses",
            judge.leave_out("cgroup-parent", "cgroup_parent", request.cgroup_parent->text));
    for (const auto& each : request.annotations)
        if (each.name.text.starts_with("dev.gvisor."))
            judge.review("annotation", each.name, "it changes gVisor's settings of its sandbox",
                         judge.leave_out("annotation", "annotations", each.name.text));
}

}
