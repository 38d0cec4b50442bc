#include "egress/self_test_networks.h"

#include <algorithm>
#include <optional>
#include <set>

namespace harden {

static void set_bit(Network& network, int bit, bool value)
{
    auto& byte = network.bytes.at(static_cast<std::size_t>(bit / 8));
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    byte = static_cast<std::uint8_t>(value ? byte | mask : byte & ~mask);
}

Network inner_address(const Network& block)
{
    auto address = block;
    address.prefix = block.full_prefix();
    if (block.prefix == address.prefix)
        return address;
    set_bit(address, block.prefix, true);
    set_bit(address, address.prefix - 1, true);
    return address;
}

// Docker gives addresses away from the first on, so the last ones are free the longest.
static std::optional<Network> free_address(const Network& subnet,
                                           const std::set<std::string>& taken)
{
    auto address = subnet;
    address.prefix = subnet.full_prefix();
    for (int bit = subnet.prefix; bit < address.prefix; ++bit)
        set_bit(address, bit, true);
    for (auto& last = address.bytes[subnet.is_v6 ? 15 : 3]; (last & 0x07U) != 0;) {
        --last;
        if (contains(subnet, address) && address.bytes != subnet.bytes &&
            !taken.contains(to_text(address)))
            return address;
    }
    return std::nullopt;
}

bool is_routable(const Network& address)
{
    const auto first = address.bytes[0];
    if (!address.is_v6)
        return first != 0 && first != 127 && first < 224;
    const bool is_link_local = first == 0xfe && (address.bytes[1] & 0xc0U) == 0x80;
    const bool is_low = std::all_of(address.bytes.begin(), address.bytes.begin() + 8,
                                    [](std::uint8_t byte) { return byte == 0; });
    return first != 0xff && !is_link_local && !is_low;
}

// The one that Docker takes where nobody names another.
static std::string first_address(const Network& subnet)
{
    auto address = subnet;
    address.prefix = subnet.full_prefix();
    set_bit(address, address.prefix - 1, true);
    return to_text(address);
}

static bool has_gateway(const TestNetwork& place, const Network& subnet)
{
    return std::ranges::any_of(place.gateways, [&](const std::string& text) {
        const auto gateway = parse_network(text);
        return gateway && gateway->is_v6 == subnet.is_v6;
    });
}

static TestNetwork as_place(const DockerNetwork& network, std::set<std::string> taken)
{
    taken.insert(network.gateways.begin(), network.gateways.end());
    TestNetwork place{.name = network.name,
                      .source = {.bridge = network.bridge},
                      .gateways = network.gateways,
                      .is_internal = network.internal};
    for (const auto& text : network.subnets) {
        const auto subnet = parse_network(text);
        const auto address = subnet ? free_address(*subnet, taken) : std::nullopt;
        if (!address || (subnet->is_v6 ? place.has_ipv6 : place.has_ipv4))
            continue;
        place.subnets.push_back(*subnet);
        if (!has_gateway(place, *subnet))
            place.gateways.push_back(first_address(*subnet));
        (subnet->is_v6 ? place.has_ipv6 : place.has_ipv4) = true;
        if (subnet->is_v6)
            place.source.address6 = to_text(*address);
        else
            place.source.address4 = cat(to_text(*address), "/", std::to_string(subnet->prefix));
    }
    return place;
}

Result<std::vector<TestNetwork>> test_networks(const Docker& docker)
{
    std::set<std::string> taken;
    for (const auto& container : TRY(docker.containers()))
        taken.insert(container.addresses.begin(), container.addresses.end());
    std::vector<TestNetwork> places;
    for (const auto& network : TRY(docker.networks()))
        if (network.driver == "bridge")
            places.push_back(as_place(network, taken));
    return places;
}

}
