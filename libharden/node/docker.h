#pragma once

#include "base/result.h"
#include "node/container_settings.h"
#include "node/image_details.h"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// What the daemon says of itself (GET /info, /version); empty where it does not say.
struct DockerInfo {
    std::string version;                                      // "20.10.24+dfsg1"
    std::string api_version;                                  // highest the daemon speaks
    std::string default_runtime;                              // "runc"
    std::map<std::string, std::string, std::less<>> runtimes; // name to path or type
    std::string cgroup_driver;                                // "cgroupfs", "systemd"
    std::string cgroup_version;                               // "1", "2"
    std::string root_dir;
    std::string firewall_backend; // Docker 29+: "iptables", "nftables"
    std::string logging_driver;
    bool live_restore = false;
    bool swarm_active = false;
    bool debug = false;
    bool experimental = false;
    std::string storage_driver;                     // "overlay2"; "overlayfs": containerd's store
    std::vector<std::string> authorization_plugins; // in the order they are asked
    std::vector<std::string> proxies;               // for pulls; their credentials masked
    std::vector<std::string> address_pools;         // "172.30.0.0/16"; empty: its own defaults
    std::vector<std::string> labels;                // of the daemon: "rack=7"
    std::vector<std::string> mirrors;               // "https://mirror.example/"
    std::vector<std::string> insecure_registries;   // hosts and networks
    std::vector<std::string> security_options;      // "name=seccomp,profile=default"
    std::vector<std::string> warnings;
    std::map<std::string, std::string, std::less<>> components; // "runc" to version, from /version
};

// A port of a container that the engine makes one of the node's.
struct PublishedPort {
    std::string address; // of the node; "0.0.0.0", "::": all of that family
    std::uint16_t port = 0;
    std::uint16_t inner = 0; // the container's own
    std::string protocol;    // "tcp", "udp", "sctp"
    bool operator==(const PublishedPort&) const = default;
};

// One row of GET /containers/json. All text in it is the tenant's: escape before printing.
struct Container {
    std::string id; // 64 hexadecimal digits
    std::string name;
    std::string image;
    std::string image_id;
    std::string state;        // "running", "paused", …
    std::int64_t created = 0; // seconds since the epoch
    std::map<std::string, std::string, std::less<>> labels;
    std::vector<std::string> networks;
    std::vector<std::string> addresses; // IPv4 and IPv6, in all of its networks
    std::vector<PublishedPort> ports;   // as the list of containers says
};

// What Docker gave a container on one network; empty where it has none.
struct ContainerEndpoint {
    std::string network_id;
    std::string address4;
    std::string address6;
    std::string hardware_address;
};

// What inspect adds.
struct ContainerDetails {
    Container container;
    std::string runtime;
    std::string cgroup_parent;
    std::string network_mode;
    std::string started_at; // RFC 3339, changes with every start
    int pid = 0;            // on the host; 0 where it does not run
    bool privileged = false;
    std::int64_t nano_cpus = 0;
    std::int64_t memory = 0; // bytes; 0: no limit
    std::string log_driver;
    std::string log_max_size; // "10m"; empty: the driver's own bound, if it has one
    std::vector<ContainerEndpoint> endpoints;
    std::string pid_mode; // "host", "container:ID"; empty: its own
    std::string ipc_mode;
    std::vector<std::string> added_capabilities; // "NET_ADMIN", "CAP_NET_RAW"
    std::vector<std::string> devices;            // on the host, and what GPUs are asked for
    std::vector<std::string> mounts;             // paths of the host
    ContainerSettings settings;
};

struct DockerNetwork {
    std::string id;
    std::string name;
    std::string driver; // "bridge", "macvlan", …
    std::string bridge; // interface name on the host, for driver "bridge"
    bool ipv6 = false;
    bool internal = false; // no way out
    bool isolates = false; // its containers cannot reach each other (enable_icc=false)
    std::vector<std::string> subnets;
    std::vector<std::string> gateways; // addresses of the host
};

// One row of GET /images/json.
struct ImageSummary {
    std::string id;                   // "sha256:…"
    std::vector<std::string> digests; // "traefik@sha256:…"; empty: built or imported here
    std::int64_t created = 0;         // seconds since the epoch
};

// A container that is made, awaited and removed: a canary.
struct RunOnce {
    std::string image;
    std::vector<std::string> command;
    std::string runtime;          // empty: the daemon's default
    std::string network = "none"; // "bridge", a network's name
    std::int64_t memory = 0;      // bytes; 0: no limit
    std::chrono::milliseconds timeout{20'000};
};
struct RunOutcome {
    int status = 0;
    std::string out; // stdout and stderr, bounded to 1 MiB
};

// One Docker Engine. ErrorKind::NotFound: no daemon listens there; Denied: no right to its socket.
class Docker {
public:
    Docker() = default;
    Docker(const Docker&) = delete;
    Docker& operator=(const Docker&) = delete;
    virtual ~Docker() = default;

    virtual Result<DockerInfo> info() const = 0;
    // What it says in a millisecond: versions and whether it is in a swarm; maybe no more.
    virtual Result<DockerInfo> ping() const { return info(); }
    virtual Result<std::vector<Container>> containers() const = 0; // running and paused
    virtual Result<ContainerDetails> inspect(std::string_view id) const = 0;
    virtual Result<std::vector<DockerNetwork>> networks() const = 0;
    virtual Result<std::vector<ImageSummary>> images() const = 0;
    virtual Result<ImageDetails> image(std::string_view name) const = 0;

    // An image of one layer from a tar archive. Idempotent by name.
    virtual Result<> import_image(std::string_view name, std::string_view tar) = 0;
    virtual Result<> remove_image(std::string_view name) = 0;
    // A user-defined bridge network for a canary; removing an absent one: done.
    virtual Result<> create_network(std::string_view name) = 0;
    virtual Result<> remove_network(std::string_view name) = 0;
    // Runs to its end and removes the container, also after a failure.
    virtual Result<RunOutcome> run_once(const RunOnce& wanted) = 0;
};

}
