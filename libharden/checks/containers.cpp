#include "checks/container_judge.h"

#include <algorithm>
#include <iterator>

namespace harden {

std::vector<Check> container_checks()
{
    std::vector<Check> all;
    for (auto* part : {container_isolation_checks, container_privilege_checks,
                       container_limit_checks, container_file_checks, container_upkeep_checks})
        std::ranges::move(part(), std::back_inserter(all));
    return all;
}

}
