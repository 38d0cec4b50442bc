#pragma once

#include "egress/dns_policy.h"
#include "node/ruleset.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace harden {

// Open: anything the node's policy leaves open. Allow: what is listed and nothing else. None: no
// packet, in or out, also of connections that run.
enum class ContainerMode { Open, Allow, None };
std::string_view name_of(ContainerMode mode);
Result<ContainerMode> parse_container_mode(std::string_view text);

// "198.51.100.0/24", "192.0.2.7:5432", "[2001:db8::/32]:9000-9001"; without ports: every packet.
struct AllowedTarget {
    Network network;
    std::optional<PortRange> ports; // TCP and UDP
    bool operator==(const AllowedTarget&) const = default;
};
Result<AllowedTarget> parse_allowed_target(std::string_view text);
std::string to_text(const AllowedTarget& target);

// "50M": bits per second, with k, M or G (of 1000).
Result<std::uint64_t> parse_rate(std::string_view text);
std::string rate_to_text(std::uint64_t bits_per_second);

// "10G/day": bytes (k, M, G, T of 1000) a minute, hour, day, week or month (30 days).
struct ByteQuota {
    std::uint64_t bytes = 0;
    std::chrono::seconds period{};
    bool operator==(const ByteQuota&) const = default;
};
Result<ByteQuota> parse_byte_quota(std::string_view text);
std::string to_text(const ByteQuota& quota);

// What one container may do on the network.
struct ContainerPolicy {
    std::string id;   // 64 hexadecimal digits
    std::string name; // when it was set; the tenant's text
    ContainerMode mode = ContainerMode::Open;
    std::vector<DomainGlob> domains;
    std::vector<AllowedTarget> targets;
    std::uint64_t rate = 0; // bits per second, each way; 0: no limit
    std::optional<ByteQuota> quota;
    bool operator==(const ContainerPolicy&) const = default;

    bool is_nothing() const { return mode == ContainerMode::Open && rate == 0 && !quota; }
    bool needs_dns() const { return mode == ContainerMode::Allow && !domains.empty(); }
};

// What the command line says; what is not given stays as it is. "none" clears a list or a limit.
struct ContainerWish {
    std::string mode;
    std::vector<std::string> domains;
    std::vector<std::string> targets;
    std::string rate;
    std::string quota;
};
Result<ContainerPolicy> with_wish(ContainerPolicy policy, const ContainerWish& wish);

bool is_container_id(std::string_view text); // 64 hexadecimal digits

}
