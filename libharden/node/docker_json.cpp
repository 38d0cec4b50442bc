#include "node/docker_json.h"

#include "base/json_view.h"
#include "base/time.h"
#include "node/container_settings_json.h"

#include <algorithm>

namespace harden {

static Error malformed(std::string_view problem)
{
    return {ErrorKind::Malformed, cat("docker's reply makes no sense: ", escaped(problem)), {}};
}

static Result<JsonView> parsed(std::string_view reply)
{
    auto json = parse_json(reply);
    if (!json)
        return malformed(json.error().message);
    return json;
}

// What was read, unless something on the way was of another type than expected.
template<class T>
static Result<T> checked(const JsonView& reply, T value)
{
    if (!reply.problem().empty())
        return malformed(reply.problem());
    return value;
}

static std::string id_in(const JsonView& row)
{
    auto id = row.text("Id");
    if (id.size() != 64 || id.find_first_not_of("0123456789abcdef") != std::string::npos)
        row.complain("an id is not 64 hexadecimal digits");
    return id;
}

// Links of other containers show up as "/other/alias" beside the container's own "/name".
static std::string own_name(const std::vector<std::string>& names)
{
    for (const auto& name : names)
        if (name.find('/', 1) == std::string::npos)
            return name.starts_with('/') ? name.substr(1) : name;
    return {};
}

static std::vector<std::string> network_names(const JsonView& settings)
{
    std::vector<std::string> names;
    for (const auto& [name, ignored] : settings.members("Networks"))
        names.push_back(name);
    return names;
}

static std::vector<std::string> addresses_in(const JsonView& settings)
{
    std::vector<std::string> addresses;
    for (const auto& [name, network] : settings.members("Networks"))
        for (const auto* key : {"IPAddress", "GlobalIPv6Address"})
            if (auto address = network.text(key); !address.empty())
                addresses.push_back(std::move(address));
    return addresses;
}

static std::vector<PublishedPort> ports_in(const JsonView& container)
{
    constexpr std::int64_t highest = 65535;
    std::vector<PublishedPort> ports;
    for (const auto& row : container.rows("Ports")) {
        const auto port = row.integer("PublicPort");
        const auto inner = row.integer("PrivatePort");
        if (port < 0 || port > highest || inner < 0 || inner > highest)
            row.complain("a port is out of range");
        else if (port != 0) // exposed only
            ports.push_back({row.text("IP"), static_cast<std::uint16_t>(port),
                             static_cast<std::uint16_t>(inner), row.text("Type")});
    }
    return ports;
}

static Container container_listed(const JsonView& row)
{
    const auto settings = row.within("NetworkSettings");
    return {
        .id = id_in(row),
        .name = own_name(row.texts("Names")),
        .image = row.text("Image"),
        .image_id = row.text("ImageID"),
        .state = row.text("State"),
        .created = row.integer("Created"),
        .labels = row.text_map("Labels"),
        .networks = network_names(settings),
        .addresses = addresses_in(settings),
        .ports = ports_in(row),
    };
}

Result<std::vector<Container>> parse_containers(std::string_view reply)
{
    std::vector<Container> containers;
    const auto rows = parse_json_rows(reply, [&containers](const JsonView& row) -> Result<> {
        containers.push_back(container_listed(row));
        if (!row.problem().empty())
            return Error{ErrorKind::Malformed, row.problem(), {}};
        return done;
    });
    if (!rows)
        return malformed(rows.error().message);
    return containers;
}

// "2026-11-22T08:13:37.123456789Z"; 0 where it is no such time. Docker always writes UTC here.
static std::int64_t seconds_since_epoch(std::string_view time)
{
    const auto point = from_rfc3339(cat(time.substr(0, 19), "Z"));
    return point ? std::chrono::system_clock::to_time_t(*point) : 0;
}

static Container container_inspected(const JsonView& row)
{
    const auto config = row.within("Config");
    const auto settings = row.within("NetworkSettings");
    return {
        .id = id_in(row),
        .name = own_name({row.text("Name")}),
        .image = config.text("Image"),
        .image_id = row.text("Image"),
        .state = row.within("State").text("Status"),
        .created = seconds_since_epoch(row.text("Created")),
        .labels = config.text_map("Labels"),
        .networks = network_names(settings),
        .addresses = addresses_in(settings),
    };
}

static std::vector<ContainerEndpoint> endpoints_in(const JsonView& row)
{
    std::vector<ContainerEndpoint> endpoints;
    for (const auto& [name, network] : row.within("NetworkSettings").members("Networks"))
        endpoints.push_back({.network_id = network.text("NetworkID"),
                             .address4 = network.text("IPAddress"),
                             .address6 = network.text("GlobalIPv6Address"),
                             .hardware_address = network.text("MacAddress")});
    return endpoints;
}

static std::vector<std::string> devices_in(const JsonView& host)
{
    std::vector<std::string> devices;
    for (const auto& row : host.rows("Devices"))
        devices.push_back(row.text("PathOnHost"));
    for (const auto& row : host.rows("DeviceRequests"))
        devices.push_back(cat("GPU of driver ", row.text("Driver")));
    return devices;
}

static std::vector<std::string> mounts_in(const JsonView& row)
{
    std::vector<std::string> sources;
    for (const auto& mount : row.rows("Mounts"))
        if (auto source = mount.text("Source"); source.starts_with('/'))
            sources.push_back(std::move(source));
    return sources;
}

Result<ContainerDetails> parse_container_details(std::string_view reply)
{
    constexpr std::int64_t highest_pid = 1 << 22;
    const auto row = TRY(parsed(reply));
    const auto host = row.within("HostConfig");
    const auto state = row.within("State");
    const auto log = host.within("LogConfig");
    return checked(row, ContainerDetails{
                            .container = container_inspected(row),
                            .runtime = host.text("Runtime"),
                            .cgroup_parent = host.text("CgroupParent"),
                            .network_mode = host.text("NetworkMode"),
                            .started_at = state.text("StartedAt"),
                            .pid = static_cast<int>(
                                std::clamp<std::int64_t>(state.integer("Pid"), 0, highest_pid)),
                            .privileged = host.boolean("Privileged"),
                            .nano_cpus = host.integer("NanoCpus"),
                            .memory = host.integer("Memory"),
                            .log_driver = log.text("Type"),
                            .log_max_size = log.within("Config").text("max-size"),
                            .endpoints = endpoints_in(row),
                            .pid_mode = host.text("PidMode"),
                            .ipc_mode = host.text("IpcMode"),
                            .added_capabilities = host.texts("CapAdd"),
                            .devices = devices_in(host),
                            .mounts = mounts_in(row),
                            .settings = container_settings_in(row),
                        });
}

static DockerNetwork network_listed(const JsonView& row)
{
    DockerNetwork network{
        .id = id_in(row),
        .name = row.text("Name"),
        .driver = row.text("Driver"),
        .ipv6 = row.boolean("EnableIPv6"),
        .internal = row.boolean("Internal"),
    };
    if (network.driver == "bridge") {
        const auto named = row.within("Options").text("com.docker.network.bridge.name");
        network.isolates =
            row.within("Options").text("com.docker.network.bridge.enable_icc") == "false";
        network.bridge = named.empty() ? cat("br-", network.id.substr(0, 12)) : named;
    }
    for (const auto& pool : row.within("IPAM").rows("Config")) {
        network.subnets.push_back(pool.text("Subnet"));
        const auto gateway = pool.text("Gateway"); // older ones write "fd00::1/64"
        network.gateways.push_back(gateway.substr(0, gateway.find('/')));
    }
    std::erase(network.subnets, std::string{});
    std::erase(network.gateways, std::string{});
    return network;
}

Result<std::vector<DockerNetwork>> parse_networks(std::string_view reply)
{
    const auto list = TRY(parsed(reply));
    std::vector<DockerNetwork> networks;
    for (const auto& row : list.rows())
        networks.push_back(network_listed(row));
    return checked(list, std::move(networks));
}

Result<std::vector<ImageSummary>> parse_images(std::string_view reply)
{
    const auto list = TRY(parsed(reply));
    std::vector<ImageSummary> images;
    for (const auto& row : list.rows())
        images.push_back({.id = row.text("Id"),
                          .digests = row.texts("RepoDigests"),
                          .created = row.integer("Created")});
    return checked(list, std::move(images));
}

}
