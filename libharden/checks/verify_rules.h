#pragma once

#include "base/settings.h"
#include "checks/facts.h"
#include "egress/self_test_questions.h"
#include "node/container_rules.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace harden {

struct GvisorAges {
    std::chrono::days old_after{};
    std::chrono::days outdated_after{};
};

// Names of containers; "*" stands for any text.
struct SystemContainers {
    std::vector<std::string> coolify; // any of them: this node has Coolify
    std::vector<std::string> proxy;
    std::vector<std::string> services;
};

struct DetectorTiming {
    std::chrono::minutes interval{};
    int late_after_intervals = 0;
    std::string delivery_record; // touched whenever alerts were delivered; empty: nobody says so
};

// A flaw of "runc", "kernel" or the like, and the versions that closed it, one a branch.
struct KnownFlaw {
    std::string name; // "CVE-2024-21626"
    std::string component;
    std::string since; // the first version that has it; empty: all have
    std::vector<std::string> fixed_in;
    std::vector<std::string> fixed_packages; // where a distribution's changelog does not name it
};

struct KnownFlaws {
    std::chrono::sys_days as_of;
    std::chrono::days stale_after{};
    std::vector<KnownFlaw> flaws;
    std::map<std::string, std::string, std::less<>> packages; // component to package
};

// rules/verify.toml with the site's file on top.
struct VerifyRules {
    GvisorAges gvisor;
    SystemContainers system_containers;
    ContainerRules containers;
    DaemonRules docker;
    DetectorTiming detector;
    ProbeTargets network;
    KnownFlaws flaws;
};

Result<Setting> verify_settings(const Host& host); // for --show-config
Result<VerifyRules> verify_rules_from(const Setting& document);
Result<VerifyRules> verify_rules(const Facts& facts); // for Facts::once

}
