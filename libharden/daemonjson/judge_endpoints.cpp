#include "base/text.h"
#include "daemonjson/address.h"
#include "daemonjson/judge.h"

#include <algorithm>

namespace harden {

static bool is_true(const Judge& judge, std::string_view key)
{
    const auto* value = judge.root.find(key);
    return value != nullptr && value->is_boolean(true);
}

// The host and the port of "127.0.0.1:9323", "[::1]:9323" or ":9323".
struct Endpoint {
    std::string_view host;
    std::string_view port;
};

static std::optional<Endpoint> endpoint(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    const auto port = text.substr(colon + 1);
    const auto number = to_number(port);
    if (!number || *number < 0 || *number > 65535)
        return std::nullopt;
    return Endpoint{host, port};
}

static void judge_tcp(const Judge& judge, const JsonValue& host)
{
    // tls alone asks for a certificate as well (seen: 20.10, 26.1, 28.5)
    const auto* verify = judge.root.find("tlsverify");
    if (!is_true(judge, verify == nullptr ? "tls" : "tlsverify"))
        judge.error(host.span, "hosts.open",
                    cat(escaped(host.text), " listens without asking for a client certificate: "
                                            "whoever reaches it is root on this machine"),
                    "remove it, or set tlsverify, tlscacert, tlscert and tlskey");
}

static void judge_listener(const Judge& judge, const JsonValue& host)
{
    if (host.type != JsonType::Text)
        return;
    const std::string_view text = host.text;
    if (text.starts_with("tcp://"))
        return judge_tcp(judge, host);
    const auto scheme = text.find("://");
    if (text.starts_with("unix://") || text.starts_with("fd://"))
        return;
    if (scheme == std::string_view::npos && endpoint(text))
        return judge_tcp(judge, host);
    judge.error(
        host.span, "hosts.scheme",
        cat(escaped(json_string(text)), " is not a place to listen: dockerd does not start"),
        "as in \"unix:///run/docker.sock\"");
}

static void judge_tls(const Judge& judge)
{
    const auto* verify = judge.root.find("tlsverify");
    if (verify != nullptr && verify->is_boolean(false))
        judge.error(verify->span, "tls.unverified",
                    "\"tlsverify\": false turns TLS on and asks no client for a certificate",
                    "write true, or remove the key");
}

static void judge_metrics(const Judge& judge)
{
    const auto* metrics = judge.text_at("metrics-addr");
    if (metrics == nullptr || metrics->text.empty())
        return;
    const auto where = endpoint(metrics->text);
    if (!where)
        return judge.error(metrics->span, "metrics.address",
                           "\"metrics-addr\" must be ADDRESS:PORT", "as in \"127.0.0.1:9323\"");
    const auto host = ip_address(where->host);
    if (where->host != "localhost" && (!host || !is_loopback(*host)))
        judge.warn(metrics->span, "metrics.public",
                   "metrics are readable by whoever reaches this address",
                   "use 127.0.0.1, or keep the port closed by the firewall");
}

static void judge_gateways(const Judge& judge)
{
    const auto* gateways = judge.list_at("host-gateway-ips");
    if (gateways == nullptr)
        return;
    int seen[2] = {};
    for (const auto& one : gateways->elements)
        if (const auto parsed = ip_address(one.text))
            if (++seen[parsed->family == IpFamily::V6] > 1)
                judge.error(one.span, "host-gateway.twice",
                            "host-gateway-ips takes one IPv4 and one IPv6 address");
}

static void judge_gateway_family(const Judge& judge, std::string_view key, IpFamily wanted)
{
    const auto* value = judge.text_at(key);
    if (value == nullptr)
        return;
    const auto parsed = ip_network(value->text);
    const auto plain = parsed ? std::optional{parsed->address} : ip_address(value->text);
    if (plain && plain->family != wanted)
        judge.error(
            value->span, "value.family",
            cat("\"", key, "\" takes an ", wanted == IpFamily::V4 ? "IPv4" : "IPv6", " address"));
}

void judge_endpoints(const Judge& judge)
{
    if (const auto* hosts = judge.list_at("hosts"))
        for (const auto& host : hosts->elements)
            judge_listener(judge, host);
    judge_tls(judge);
    judge_metrics(judge);
    judge_gateways(judge);
    for (const auto* key : {"bip", "fixed-cidr", "default-gateway"})
        judge_gateway_family(judge, key, IpFamily::V4);
    for (const auto* key : {"bip6", "fixed-cidr-v6", "default-gateway-v6"})
        judge_gateway_family(judge, key, IpFamily::V6);
}

}
