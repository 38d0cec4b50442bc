#include "base/text.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

#include <algorithm>

using namespace harden;

// What each released dockerd reads, taken from its configuration's fields; none that it had in
// 20.10 is named here.
static constexpr std::pair<std::string_view, std::string_view> came[] = {
    {"proxies", "23.0"},
    {"http-proxy", "23.0"},
    {"https-proxy", "23.0"},
    {"no-proxy", "23.0"},
    {"default-network-opts", "24.0"},
    {"cdi-spec-dirs", "25.0"},
    {"log-format", "25.0"},
    {"bip6", "28.0"},
    {"host-gateway-ips", "28.0"},
    {"ip-forward-no-drop", "28.0"},
    {"allow-direct-routing", "28.2"},
    {"firewall-backend", "29.0"},
    {"bridge-accept-fwmark", "29.0"},
    {"min-api-version", "29.0"},
    {"nri-opts", "29.2"},
    {"default-stop-timeout", "29.7"},
};
static constexpr std::pair<std::string_view, std::string_view> went[] = {
    {"cluster-advertise", "23.0"}, {"cluster-store", "23.0"},   {"cluster-store-opts", "23.0"},
    {"oom-score-adjust", "25.0"},  {"api-cors-header", "27.5"}, {"graph", "22.0"},
};

TEST_CASE("every key of dockerd from 20.10 to 29 is in the table, with the version it came or went")
{
    const auto table = test::known_keys();
    for (const auto& [key, version] : came) {
        CAPTURE(key);
        REQUIRE(table.find(key) != nullptr);
        CHECK(table.find(key)->versions.since == docker_version(version));
    }
    for (const auto& [key, version] : went) {
        CAPTURE(key);
        REQUIRE(table.find(key) != nullptr);
        CHECK(table.find(key)->versions.until == docker_version(version));
    }
}

TEST_CASE("every key has the type that dockerd reads it as")
{
    const auto table = test::known_keys();
    const auto are = [&](KeyType type, std::string_view keys) {
        for (const auto key : split(keys, ' ')) {
            CAPTURE(key);
            REQUIRE(table.find(key) != nullptr);
            CHECK(table.find(key)->type == type);
        }
    };
    are(KeyType::Boolean,
        "allow-direct-routing debug experimental icc init ip-forward ip-forward-no-drop ip-masq "
        "ip6tables iptables ipv6 live-restore no-new-privileges raw-logs rootless selinux-enabled "
        "tls tlsverify userland-proxy cri-containerd");
    are(KeyType::Integer, "mtu max-concurrent-downloads max-concurrent-uploads "
                          "max-download-attempts shutdown-timeout default-stop-timeout "
                          "network-control-plane-mtu network-diagnostic-port cpu-rt-period "
                          "cpu-rt-runtime oom-score-adjust");
    are(KeyType::Size, "default-shm-size");
    are(KeyType::Network, "bip bip6 fixed-cidr fixed-cidr-v6");
    are(KeyType::Address, "default-gateway default-gateway-v6 ip host-gateway-ip");
    are(KeyType::Addresses, "dns host-gateway-ips");
    are(KeyType::Texts, "hosts labels exec-opts storage-opts authorization-plugins "
                        "insecure-registries registry-mirrors dns-opts dns-search cdi-spec-dirs "
                        "node-generic-resources allow-nondistributable-artifacts");
    are(KeyType::List, "default-address-pools");
    are(KeyType::Object, "runtimes default-ulimits log-opts features builder proxies "
                         "default-network-opts nri-opts cluster-store-opts");
    are(KeyType::Text,
        "log-level log-format firewall-backend default-ipc-mode default-cgroupns-mode log-driver "
        "bridge cgroup-parent containerd-namespace group storage-driver metrics-addr "
        "min-api-version seccomp-profile userns-remap swarm-default-advertise-addr "
        "bridge-accept-fwmark default-runtime api-cors-header cluster-advertise cluster-store "
        "http-proxy https-proxy no-proxy containerd-plugin-namespace containerd-plugins-namespace");
    are(KeyType::File, "containerd data-root exec-root init-path pidfile tlscacert tlscert tlskey "
                       "userland-proxy-path graph deprecated-key-path default-init resolv-conf");
}

TEST_CASE("what a reload brings into a running dockerd")
{
    std::vector<std::string> reloadable;
    for (const auto& rule : test::known_keys().keys)
        if (rule.is_reloadable)
            reloadable.push_back(rule.name);
    CHECK(join(reloadable, " ") ==
          "debug default-cgroupns-mode default-ipc-mode default-runtime default-shm-size "
          "default-stop-timeout features insecure-registries labels live-restore "
          "max-concurrent-downloads max-concurrent-uploads max-download-attempts "
          "network-diagnostic-port nri-opts registry-mirrors runtimes shutdown-timeout");
}
