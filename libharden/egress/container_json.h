#pragma once

#include "egress/container_policy.h"
#include "node/host.h"

namespace harden {

inline constexpr auto container_policy_directory = "/var/lib/harden/egress/containers";
Path container_policy_file(std::string_view id);

// schema "harden.container/1"
std::string to_json(const ContainerPolicy& policy);
Result<ContainerPolicy> parse_container_policy(std::string_view json);

// Every recorded policy, by id. A file that is none is an error that names it: what a container
// shall not do must not be forgotten in silence.
Result<std::vector<ContainerPolicy>> container_policies(const Host& host);
// Of one container; NotFound: none is recorded.
Result<ContainerPolicy> container_policy(const Host& host, std::string_view id);

}
