#include "base/text.h"
#include "daemonjson/address.h"
#include "daemonjson/judge.h"

#include <algorithm>

namespace harden {

static bool has_bit(const IpAddress& address, int bit)
{
    const auto byte = address.bytes[static_cast<std::size_t>(bit) / 8];
    return (byte >> (7U - static_cast<unsigned>(bit) % 8U) & 1U) != 0;
}

static bool holds(const IpNetwork& network, const IpAddress& address)
{
    if (network.address.family != address.family)
        return false;
    for (int bit = 0; bit < network.prefix; ++bit)
        if (has_bit(network.address, bit) != has_bit(address, bit))
            return false;
    return true;
}

static bool is_network_itself(const IpNetwork& network)
{
    for (int bit = network.prefix; bit < bits_of(network.address.family); ++bit)
        if (has_bit(network.address, bit))
            return false;
    return network.prefix < bits_of(network.address.family) - 1;
}

static std::optional<IpNetwork> network_at(const Judge& judge, std::string_view key)
{
    const auto* value = judge.text_at(key);
    return value == nullptr ? std::nullopt : ip_network(value->text);
}

static void judge_bridge_address(const Judge& judge)
{
    const auto bip = network_at(judge, "bip");
    if (!bip)
        return;
    const auto* value = judge.text_at("bip");
    if (is_network_itself(*bip))
        judge.error(value->span, "bip.address",
                    "\"bip\" is the bridge's own address, this is the network's: dockerd does not "
                    "start",
                    "as in \"172.26.0.1/16\"");
    const auto* gateway = judge.text_at("default-gateway");
    const auto address = gateway == nullptr ? std::nullopt : ip_address(gateway->text);
    if (address && !holds(*bip, *address))
        judge.error(gateway->span, "default-gateway.outside",
                    cat("the gateway is not in the bridge's network ", escaped(value->text),
                        ": dockerd does not start"));
    const auto fixed = network_at(judge, "fixed-cidr");
    if (fixed && !holds(*bip, fixed->address))
        judge.warn(judge.text_at("fixed-cidr")->span, "fixed-cidr.outside",
                   cat("this is not in the bridge's network ", escaped(value->text)),
                   "containers get addresses from elsewhere than the bridge's own network");
}

static void judge_bridge(const Judge& judge)
{
    const auto* bridge = judge.text_at("bridge");
    if (bridge == nullptr || judge.facts.host == nullptr || bridge->text.empty() ||
        bridge->text == "none" || bridge->text == "docker0" ||
        bridge->text.find('/') != std::string::npos)
        return;
    const Path interfaces = "/sys/class/net";
    if (judge.facts.host->status(interfaces / "lo") &&
        judge.facts.host->status(interfaces / bridge->text).is_absent())
        judge.error(bridge->span, "bridge.missing",
                    cat("there is no interface ", escaped(json_string(bridge->text)),
                        ": dockerd does not start"),
                    "make the bridge first, or leave the key out");
}

void judge_networks(const Judge& judge)
{
    judge_bridge_address(judge);
    judge_bridge(judge);
}

}
