#pragma once

#include "checks/check.h"
#include "checks/container_facts.h"

#include <functional>

namespace harden {

inline constexpr auto container_group = "Running Containers";

// What is wrong with one container, empty where nothing is. An Error: it could not be looked at;
// of kind NotFound: it does not run any more, which is neither.
using Judge = std::function<Result<std::string>(const RunningContainer&, const RunningContainers&)>;

// One verdict on all containers that the operator has not exempted, naming the first few that are
// not as wanted, and all who are exempt by name.
Result<Outcome> judge_each(const Facts& facts, const Judge& judge);

// The same for what one container alone decides.
std::function<Result<Outcome>(const Facts&)>
    each_container(Result<std::string> (*judge)(const RunningContainer&));

// The first few of many, and how many more: what a report has room for.
std::string some_of(const std::vector<std::string>& parts, std::string_view separator);

// A check of this heading, in the weakest profile.
Check container_check(std::string_view id, std::string_view title, Severity severity,
                      std::string_view remedy, std::vector<std::string> map, std::string_view why,
                      std::function<Result<Outcome>(const Facts&)> look);

std::vector<Check> container_isolation_checks();
std::vector<Check> container_privilege_checks();
std::vector<Check> container_limit_checks();
std::vector<Check> container_file_checks();
std::vector<Check> container_upkeep_checks();

}
