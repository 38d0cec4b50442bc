#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// A node as it is found: what steps/facts.sh says of it. Empty where it does not say.
struct NodeFacts {
    std::string os_id;      // "debian"
    std::string os_version; // "12"; empty on a Debian that is not released yet
    std::string os_codename;
    std::string os_name; // for people
    std::string
        architecture;    // as dpkg names it: "amd64"; empty for a machine we have no package for
    std::string machine; // as the kernel names it: "x86_64"
    std::string kernel;
    std::string hostname;
    bool is_root = false;
    bool has_systemd = false;
    bool has_cron = false;
    bool has_docker = false;
    bool runs_docker = false;
    std::string docker_version;
    std::uint64_t free_var = 0;      // bytes, at /var/lib
    std::uint64_t free_usr = 0;      // bytes, at /usr
    std::uint64_t free_state = 0;    // bytes, at /var/lib/harden
    std::string package_version;     // of harden, installed whole
    std::string package_interrupted; // what dpkg left half done
    std::string package_recorded;    // version and hash of the file that setup installed last
    std::string package_sha256;
    std::string gvisor_release; // what `current` names
    std::string gvisor_source;  // fingerprint of what setup installed last
    std::string profile;
    std::vector<std::string> unfinished; // transactions that a killed verb left open
    std::string waivers_sha256;
    std::string old_cron;              // lines of root's crontab about older scripts, ";" between
    std::string old_rules;             // lines "-A DOCKER-USER …" of iptables-save, ";" between
    std::vector<std::string> managers; // services that may undo us: "ufw"
};

// Text before the first and after the last line of the facts (a login's greeting) is passed over.
Result<NodeFacts> parse_facts(std::string_view text);

// An error with the remedy where this is no node for us.
enum class WithoutDocker { Refused, Installed };
Result<> check_supported(const NodeFacts& facts, WithoutDocker without = WithoutDocker::Refused);

}
