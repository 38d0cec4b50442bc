#include "steps/fleet_plan.h"

#include <algorithm>

namespace harden {

static constexpr long long most_hosts = 100'000;

Result<Amount> parse_amount(std::string_view text, std::string_view option)
{
    const bool is_percent = text.ends_with('%');
    const auto number = to_number(is_percent ? text.substr(0, text.size() - 1) : text);
    if (!number || *number < 0 || *number > (is_percent ? 100 : most_hosts))
        return Error{ErrorKind::Malformed,
                     cat(option, " ", escaped(text), ": must be a number of hosts or a share"),
                     cat("as in ", option, " 2 or ", option, " 10%")};
    return Amount{static_cast<std::size_t>(*number), is_percent};
}

static std::size_t rounded_up(Amount amount, std::size_t hosts)
{
    return amount.is_percent ? (hosts * amount.number + 99) / 100 : amount.number;
}

static std::size_t rounded_down(Amount amount, std::size_t hosts)
{
    return amount.is_percent ? hosts * amount.number / 100 : amount.number;
}

static std::optional<std::size_t> failures_allowed(const FleetPolicy& policy, std::size_t hosts)
{
    if (policy.max_fail)
        return rounded_down(*policy.max_fail, hosts);
    return policy.batch ? std::optional<std::size_t>{0} : std::nullopt;
}

std::vector<Wave> waves(std::size_t hosts, const FleetPolicy& policy)
{
    std::vector<Wave> all;
    std::size_t next = std::min(policy.canary, hosts);
    if (next > 0)
        all.push_back({.first = 0, .count = next, .is_canary = true, .max_fail = 0});
    const auto size = policy.batch ? std::max<std::size_t>(rounded_up(*policy.batch, hosts), 1)
                                   : std::max<std::size_t>(hosts, 1);
    for (; next < hosts; next += size) {
        const auto count = std::min(size, hosts - next);
        all.push_back({.first = next, .count = count, .max_fail = failures_allowed(policy, count)});
    }
    return all;
}

}
