#include "base/text.h"
#include "dockerfile/compose_mounts.h"
#include "dockerfile/compose_reader.h"

#include <algorithm>

namespace harden {

using Kind = YamlNode::Kind;
using Request = ContainerRequest;

namespace {

template<auto Member>
void scalar(ComposeReader& reader, Request& request, const YamlNode& value)
{
    if (auto text = reader.text(value))
        request.*Member = std::move(text);
}

template<auto Member>
void texts(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto* item : reader.list(value))
        if (auto text = reader.text(*item))
            (request.*Member).push_back(*std::move(text));
}

// "A=b" in a list, or A: b in a mapping.
std::vector<RequestedPair> pairs_in(ComposeReader& reader, const YamlNode& value)
{
    std::vector<RequestedPair> pairs;
    for (const auto* item : reader.list(value))
        if (const auto text = reader.text(*item))
            pairs.push_back(pair_from(*text));
    const auto entries = reader.entries(value);
    if (entries.size() > most_list_entries)
        reader.complain(value.offset,
                        cat("it has more than ", std::to_string(most_list_entries), " entries"),
                        "");
    else
        for (const auto& [key, given] : entries) {
            auto text = reader.text(*given);
            pairs.push_back({.name = {key->text, key->offset},
                             .value = text ? std::optional{std::move(text->text)} : std::nullopt});
        }
    return pairs;
}

template<auto Member>
void pairs(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (auto& pair : pairs_in(reader, value))
        put(request.*Member, std::move(pair));
}

// The same where each is one text: "net.core.somaxconn=1024".
template<auto Member>
void assignments(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto& pair : pairs_in(reader, value))
        (request.*Member)
            .push_back({cat(pair.name.text, "=", pair.value.value_or("")), pair.name.offset});
}

std::optional<CommandText> command_in(ComposeReader& reader, const YamlNode& value)
{
    CommandText command{.is_list = value.kind == Kind::Sequence};
    for (const auto* item : reader.list(value))
        if (auto text = reader.text(*item))
            command.words.push_back(*std::move(text));
    if (command.words.empty() && !command.is_list)
        return {};
    return command;
}

template<auto Member>
void command(ComposeReader& reader, Request& request, const YamlNode& value)
{
    if (auto read = command_in(reader, value))
        request.*Member = std::move(read);
}

// ["CMD", …], ["CMD-SHELL", "…"] or a string.
void health(ComposeReader& reader, Request& request, const YamlNode& value)
{
    const auto* test = reader.find(value, "test");
    auto read = test == nullptr ? std::nullopt : command_in(reader, *test);
    if (!read || read->words.empty())
        return;
    if (read->is_list) {
        read->is_list = read->words.front().text == "CMD";
        read->words.erase(read->words.begin());
    }
    request.further_commands.push_back(*std::move(read));
}

void hooks(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto* hook : reader.list(value)) {
        if (const auto* run = reader.find(*hook, "command"))
            if (auto read = command_in(reader, *run))
                request.further_commands.push_back(*std::move(read));
        const auto* privileged = reader.find(*hook, "privileged");
        const auto given = privileged == nullptr ? std::nullopt : reader.text(*privileged);
        if (is_true(given))
            request.privileged = given;
    }
}

void build(ComposeReader& reader, Request& request, const YamlNode& value)
{
    RequestedBuild made;
    if (value.kind == Kind::Scalar)
        made.context = reader.text(value);
    for (const auto& [key, given] : reader.entries(value)) {
        auto text = reader.text(*given);
        if (key->text == "context")
            made.context = std::move(text);
        else if (key->text == "dockerfile")
            made.dockerfile = std::move(text);
        else if (key->text == "dockerfile_inline")
            made.instructions = std::move(text);
        else if (key->text == "target")
            made.target = std::move(text);
    }
    request.build = std::move(made);
}

void environment_files(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto* item : reader.list(value)) {
        const auto* path = item->kind == Kind::Mapping ? reader.find(*item, "path") : item;
        if (auto text = path == nullptr ? std::nullopt : reader.text(*path))
            request.environment_files.push_back(*std::move(text));
    }
}

// "8080:80", or {target, published, host_ip, protocol}.
void ports(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto* item : reader.list(value)) {
        if (auto text = reader.text(*item)) {
            request.ports.push_back(*std::move(text));
        } else if (item->kind == Kind::Mapping) {
            const auto address = reader.text_at(*item, "host_ip");
            const auto protocol = reader.text_at(*item, "protocol");
            const bool is_long = address.find(':') != std::string::npos;
            request.ports.push_back(
                {cat(is_long ? "[" : "", address, is_long ? "]" : "", address.empty() ? "" : ":",
                     reader.text_at(*item, "published"), ":", reader.text_at(*item, "target"),
                     protocol.empty() ? "" : "/", protocol),
                 item->offset});
        }
    }
}

void networks(ComposeReader& reader, Request& request, const YamlNode& value)
{
    auto names = reader.list(value);
    for (const auto& [key, given] : reader.entries(value))
        names.push_back(key);
    for (const auto* each : names) {
        const auto* network = reader.declared("networks", each->text);
        if (network == nullptr)
            continue;
        const auto name = reader.text_at(*network, "name");
        const bool is_own = reader.text_at(*network, "external").empty();
        if (name == "host" || (name.empty() && !is_own && each->text == "host"))
            request.network = PlacedText{"host", each->offset};
    }
}

// "/dev/x:/dev/x:rwm", or {source, target, permissions}.
void devices(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto* item : reader.list(value)) {
        if (auto text = reader.text(*item))
            request.devices.push_back(*std::move(text));
        else if (item->kind == Kind::Mapping)
            request.devices.push_back({reader.text_at(*item, "source"), item->offset});
    }
}

void gpus(ComposeReader& reader, Request& request, const YamlNode& value)
{
    if (!reader.list(value).empty())
        request.devices.push_back({"gpus", value.offset});
}

// nofile: 1024, or nofile: {soft: 1, hard: 2}.
void ulimits(ComposeReader& reader, Request& request, const YamlNode& value)
{
    for (const auto& [key, given] : reader.entries(value)) {
        const auto one = reader.text(*given);
        const auto text =
            one ? one->text
                : cat(reader.text_at(*given, "soft"), ":", reader.text_at(*given, "hard"));
        request.ulimits.push_back({cat(key->text, "=", text), key->offset});
    }
}

void fill(ComposeReader& reader, const YamlNode& limits, std::string_view key,
          std::optional<PlacedText>& target)
{
    const auto* value = reader.find(limits, key);
    if (value != nullptr && !target)
        target = reader.text(*value);
}

void deploy(ComposeReader& reader, Request& request, const YamlNode& value)
{
    const auto* resources = reader.find(value, "resources");
    if (resources == nullptr)
        return;
    if (const auto* limits = reader.find(*resources, "limits")) {
        fill(reader, *limits, "memory", request.memory);
        fill(reader, *limits, "cpus", request.cpus);
        fill(reader, *limits, "pids", request.pids);
    }
    if (const auto* reserved = reader.find(*resources, "reservations"))
        if (const auto* asked = reader.find(*reserved, "devices"))
            gpus(reader, request, *asked);
}

struct Key {
    std::string_view name;
    void (*read)(ComposeReader&, Request&, const YamlNode&);
};

constexpr auto keys = std::to_array<Key>({
    {"annotations", pairs<&Request::annotations>},
    {"build", build},
    {"cap_add", texts<&Request::added_capabilities>},
    {"cap_drop", texts<&Request::dropped_capabilities>},
    {"cgroup", scalar<&Request::cgroup_namespace_mode>},
    {"cgroup_parent", scalar<&Request::cgroup_parent>},
    {"command", command<&Request::command>},
    {"configs", read_configs},
    {"cpu_period", scalar<&Request::cpu_period>},
    {"cpu_quota", scalar<&Request::cpu_quota>},
    {"cpus", scalar<&Request::cpus>},
    {"deploy", deploy},
    {"device_cgroup_rules", texts<&Request::device_rules>},
    {"devices", devices},
    {"entrypoint", command<&Request::entrypoint>},
    {"env_file", environment_files},
    {"environment", pairs<&Request::environment>},
    {"expose", texts<&Request::exposed>},
    {"gpus", gpus},
    {"group_add", texts<&Request::groups>},
    {"healthcheck", health},
    {"image", scalar<&Request::image>},
    {"ipc", scalar<&Request::ipc_mode>},
    {"labels", pairs<&Request::labels>},
    {"mem_limit", scalar<&Request::memory>},
    {"memswap_limit", scalar<&Request::memory_swap>},
    {"network_mode", scalar<&Request::network>},
    {"networks", networks},
    {"oom_kill_disable", scalar<&Request::evades_oom_killer>},
    {"oom_score_adj", scalar<&Request::oom_score>},
    {"pid", scalar<&Request::pid_mode>},
    {"pids_limit", scalar<&Request::pids>},
    {"ports", ports},
    {"post_start", hooks},
    {"pre_stop", hooks},
    {"privileged", scalar<&Request::privileged>},
    {"read_only", scalar<&Request::read_only>},
    {"restart", scalar<&Request::restart>},
    {"runtime", scalar<&Request::runtime>},
    {"secrets", read_secrets},
    {"security_opt", texts<&Request::security_options>},
    {"shm_size", scalar<&Request::shm_size>},
    {"storage_opt", assignments<&Request::storage_options>},
    {"sysctls", assignments<&Request::kernel_settings>},
    {"tmpfs", read_tmpfs},
    {"ulimits", ulimits},
    {"use_api_socket", read_api_socket},
    {"user", scalar<&Request::user>},
    {"userns_mode", scalar<&Request::user_namespace_mode>},
    {"uts", scalar<&Request::uts_mode>},
    {"volumes", read_volumes},
    {"volumes_from", texts<&Request::volumes_from>},
});

}

void read_service_key(ComposeReader& reader, ContainerRequest& request, std::string_view key,
                      const YamlNode& value)
{
    const auto found = std::ranges::find(keys, key, &Key::name);
    if (found != keys.end())
        found->read(reader, request, value);
}

}
