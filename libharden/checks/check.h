#pragma once

#include "base/result.h"
#include "checks/facts.h"
#include "node/node.h"
#include "report/report.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

struct Outcome {
    Verdict verdict = Verdict::Unknown;
    std::string evidence;
    std::optional<Level> reached; // where it is another than the check's own
};
Outcome pass(std::string evidence);
Outcome fail(std::string evidence);
Outcome info(std::string evidence);
Outcome not_applicable(std::string reason);

// What a node is judged by, each asking for all that the one before it asks for. `setup` offers the
// first two; Strict is the whole catalogue, also what no step of ours sets up.
enum class Profile { Baseline, Full, Strict };
std::string_view name_of(Profile profile);
Result<Profile> profile_named(std::string_view name);

// One question about a node. An Error from look() is reported as Unknown. Where its profile is not
// asked for it says Info instead of Fail.
struct Check {
    std::string_view id; // stable: people pass it to --only and alerts match on it
    std::string_view group;
    std::string_view title;
    Severity severity = Severity::Medium;
    Level level = Level::Effective;
    Profile profile = Profile::Baseline;
    std::string_view remedy;
    std::vector<std::string> map;
    std::string_view why; // for `explain` and docs/checks.md: what goes wrong without it, and how
                          // it is asked
    std::function<Result<Outcome>(const Facts&)> look;
};

// What a node does, as far as it concerns egress and gVisor, nobody can wave through.
bool is_waivable(const Check& check);

// One function a heading of the report, in report order.
std::vector<Check> gvisor_checks();
std::vector<Check> egress_checks();
std::vector<Check> detector_checks();
std::vector<Check> docker_checks();
std::vector<Check> container_checks();
std::vector<Check> system_container_checks();
std::vector<Check> ssh_checks();
std::vector<Check> host_firewall_checks();
std::vector<Check> network_checks();
std::vector<Check> version_checks();
std::vector<Check> kernel_checks();
std::vector<Check> host_checks();

std::vector<Check> all_checks();

// All of them when `only` is empty. An id nobody has is an Error: a typo must
// not read as "nothing wrong".
Result<std::vector<Check>> pick_checks(const std::vector<std::string>& only);

Finding finding_of(const Check& check, const Facts& facts, Profile profile);

std::vector<Finding> run_checks(const std::vector<Check>& checks, const Facts& facts,
                                Profile profile);
// Without probes: checks that need one are Unknown.
std::vector<Finding> run_checks(const std::vector<Check>& checks, const Node& node,
                                Profile profile);

}
