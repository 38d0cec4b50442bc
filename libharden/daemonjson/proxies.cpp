#include "daemonjson/proxies.h"

#include "base/settings.h"
#include "base/shipped.h"
#include "base/text.h"

#include <algorithm>
#include <fnmatch.h>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto shipped_rules = "rules/verify.toml";
static constexpr auto site_rules = "/etc/harden/verify.toml";
static constexpr auto patience = 10s;
static constexpr auto between = 500ms;

Result<std::vector<std::string>> proxy_patterns(const Host& host)
{
    auto document = TRY(parse_toml(shipped(shipped_rules), shipped_rules));
    if (const auto text = host.read(site_rules))
        document = layered(std::move(document), TRY(parse_toml(*text, site_rules)));
    TableReader reader{document, ""};
    auto names = TRY(reader.table("system_containers"));
    return names.texts("proxy");
}

// "traefik" of "registry.example:5000/library/traefik:v3.1".
static std::string image_name(std::string_view image)
{
    image = image.substr(image.rfind('/') + 1);
    return std::string{image.substr(0, image.find_first_of(":@"))};
}

bool is_proxy(const Container& container, const std::vector<std::string>& patterns)
{
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), container.name.c_str(), 0) == 0 ||
               fnmatch(pattern.c_str(), image_name(container.image).c_str(), 0) == 0;
    });
}

// "20010db8…0001 02 40 00 80 eth0" as an address; empty where it is no place to be reached at.
static std::string public_address6(std::string_view line)
{
    std::vector<std::string_view> words;
    for (const auto word : split(line, ' '))
        if (!word.empty())
            words.push_back(word);
    constexpr std::size_t digits = 32;
    if (words.size() != 6 || words[0].size() != digits || words[3] != "00")
        return {};
    for (const std::string_view inner : {"docker", "br-", "veth"})
        if (words[5].starts_with(inner))
            return {};
    std::string address{words[0].substr(0, 4)};
    for (std::size_t at = 4; at < digits; at += 4)
        address += cat(":", words[0].substr(at, 4));
    return address;
}

// Nobody comes by IPv6 to a node that has no address of it; its own ::1 proves nothing.
static std::string own_address6(const Host& host)
{
    const auto table = host.read("/proc/net/if_inet6");
    if (table)
        for (const auto line : lines(*table))
            if (auto address = public_address6(line); !address.empty())
                return address;
    return {};
}

static std::string reached_at(const Host& host, const std::string& address)
{
    if (address == "::")
        return own_address6(host);
    return address.empty() || address == "0.0.0.0" ? "127.0.0.1" : address;
}

static bool is_ipv6(const std::string& address)
{
    return address.find(':') != std::string::npos;
}

using Counts = bool (*)(const Container&, const ProxyPort&);

// Only those that count are tried.
static Result<std::vector<ProxyPort>> answering(const Node& node, const Accepts& accepts,
                                                Counts counts)
{
    const auto patterns = TRY(proxy_patterns(node.host()));
    std::vector<ProxyPort> found;
    for (const auto& container : TRY(node.docker().containers()))
        for (const auto& published : container.ports) {
            if (!is_proxy(container, patterns) || published.protocol != "tcp")
                continue;
            const ProxyPort port{escaped(container.name, 60),
                                 reached_at(node.host(), published.address), published.port};
            if (!port.address.empty() && counts(container, port) &&
                accepts(port.address, port.port))
                found.push_back(port);
        }
    return found;
}

Result<std::vector<ProxyPort>> answering_proxies(const Node& node, const Accepts& accepts)
{
    return answering(node, accepts, [](const Container&, const ProxyPort&) { return true; });
}

Result<std::vector<ProxyPort>> served_by_userland_proxy(const Node& node, const Accepts& accepts)
{
    return answering(node, accepts, [](const Container& container, const ProxyPort& port) {
        return is_ipv6(port.address) && std::ranges::none_of(container.addresses, is_ipv6);
    });
}

static Error unreachable(const std::vector<ProxyPort>& silent)
{
    std::vector<std::string> named;
    for (const auto& port : silent)
        named.push_back(
            cat(port.container, " at ", port.address, " port ", std::to_string(port.port)));
    const bool only6 = std::ranges::all_of(silent, is_ipv6, &ProxyPort::address);
    return {ErrorKind::Failed,
            cat("the reverse proxy no longer accepts connections: ", join(named, ", ")),
            only6 ? "only Docker's userland proxy serves IPv6 here: --keep userland-proxy"
                  : "docker logs of that container, and harden daemonjson diff"};
}

Result<> still_answer(const Host& host, const std::vector<ProxyPort>& before,
                      const Accepts& accepts)
{
    auto silent = before;
    for (auto waited = 0ms; waited <= patience; waited += between) {
        std::erase_if(silent, [&](const auto& port) { return accepts(port.address, port.port); });
        if (silent.empty())
            return done;
        (void)static_cast<bool>(host.query({"sleep", "0.5"}));
    }
    return unreachable(silent);
}

}
