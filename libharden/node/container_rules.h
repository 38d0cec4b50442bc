#pragma once

#include "base/settings.h"
#include "node/host.h"

#include <chrono>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto shipped_verify_rules = "rules/verify.toml";
inline constexpr auto site_verify_rules = "/etc/harden/verify.toml";

// Containers that the operator answers for. All that an entry says must hold: one of the images,
// the label, and one of the names. A name alone names nobody, since the tenant chooses it.
struct SystemException {
    std::string title;               // of the entry
    std::vector<std::string> images; // "sha256:…" ids, or "traefik@sha256:…" digests
    std::string label;               // "harden.trust=system"
    std::vector<std::string> names;  // "*" stands for any text
};

// What containers are judged by.
struct ContainerRules {
    std::vector<std::string> allowed_capabilities;   // "NET_BIND_SERVICE"
    std::vector<std::string> dangerous_capabilities; // "SYS_ADMIN"
    std::vector<std::string> sensitive_paths;        // of the host, with all that is below
    std::vector<std::string> harmless_files;         // of them; when mounted read-only
    std::vector<std::string> devices;                // that any container may have
    std::vector<long long> public_ports;             // that may be open to everybody
    std::int64_t restarts = 0;                       // beyond these the rate counts
    std::int64_t restarts_per_hour = 0;
    std::chrono::days image_age{};
    std::vector<std::string> secret_names; // of variables, "*" stands for any text
    std::vector<SystemException> system;
};

Result<ContainerRules> read_container_rules(TableReader table);
// Those that `verify` judges the host's containers by.
Result<ContainerRules> container_rules_of(const Host& host);

// A place of the host that leads to the host, or that such a place is below.
bool is_sensitive(const ContainerRules& rules, std::string_view place);
// What tells nothing where it is mounted read-only.
bool is_harmless(const ContainerRules& rules, std::string_view place);

// What is judged of the daemon that differs from site to site.
struct DaemonRules {
    std::vector<std::string> group_members; // of Docker's group
    bool swarm = false;                     // this node is meant to be in one
    std::vector<std::string> ulimits;       // that containers get by default
    std::vector<std::string> authorization_flaws;
};

Result<DaemonRules> read_daemon_rules(TableReader table);

}
