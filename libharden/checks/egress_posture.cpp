#include "checks/docker_facts.h"
#include "checks/egress_rows.h"
#include "checks/host_facts.h"
#include "egress/unit_names.h"
#include "egress/wanted.h"

#include <algorithm>
#include <array>
#include <set>

namespace harden {

static bool is_ours(std::string_view rule)
{
    return rule.find("harden:") != std::string_view::npos;
}

// "-A DOCKER-USER -j RETURN": whatever comes, it ends here.
static bool lets_all_through(std::string_view rule, std::string_view chain)
{
    return rule == cat("-A ", chain, " -j RETURN") || rule == cat("-A ", chain, " -j ACCEPT");
}

std::optional<std::string> wrong_order(std::string_view saved)
{
    std::set<std::string_view> ours;
    bool is_open = false; // something before let all through
    bool has_jumped = false;
    for (const auto raw : lines(saved)) {
        const auto rule = trim(raw);
        const bool is_user = rule.starts_with("-A DOCKER-USER ");
        has_jumped = has_jumped || rule == "-A FORWARD -j DOCKER-USER";
        if (rule.starts_with("-A FORWARD ") && !has_jumped &&
            (lets_all_through(rule, "FORWARD") || rule.ends_with("-j DOCKER-FORWARD")))
            return std::string{"FORWARD lets packets through before it asks DOCKER-USER"};
        if (is_user && is_ours(rule) && !ours.insert(rule).second)
            return cat("a rule of ours is there twice: ", escaped(rule, 100));
        if (is_user && is_ours(rule) && is_open)
            return cat("DOCKER-USER lets all through before ", escaped(rule, 100));
        is_open = is_open || (is_user && lets_all_through(rule, "DOCKER-USER"));
    }
    return std::nullopt;
}

namespace egress_rows {

// Our own table is judged exactly, in order and with its place among the hooks; the copies in
// DOCKER-USER are asked of iptables.
Result<Outcome> rule_order(const Facts& facts)
{
    const auto state = TRY(facts.once(egress_state));
    if (!state.drift.empty())
        return fail(cat(escaped(state.drift.front().backend, 20), " ",
                        escaped(state.drift.front().what, 100), " is not as wanted"));
    std::vector<std::string> asked{"nftables"};
    for (const auto& backend : state.backends) {
        if (!backend.starts_with("iptables-"))
            continue;
        const auto variant = backend.substr(backend.find('-') + 1);
        for (const auto* family : {"iptables-", "ip6tables-"}) {
            const auto saved =
                TRY(facts.host().query({cat(family, variant, "-save"), "-t", "filter"}));
            if (saved.status != 0)
                return Error{ErrorKind::Failed,
                             cat(family, variant, "-save: ", escaped(trim(saved.err), 100)),
                             {}};
            if (auto wrong = wrong_order(saved.out))
                return fail(*std::move(wrong));
        }
        asked.push_back(backend);
    }
    return pass(cat("first and once each in ", join(asked, ", ")));
}

Result<Outcome> backend(const Facts& facts)
{
    const auto state = TRY(facts.once(egress_state));
    const auto dockers = TRY(facts.once(docker_info)).firewall_backend;
    const auto has_table = std::ranges::find(state.backends, "nftables") != state.backends.end() &&
                           std::ranges::none_of(state.drift, [](const RuleDrift& drift) {
                               return drift.backend == "nftables";
                           });
    const auto what = cat("Docker uses ", dockers.empty() ? "iptables" : escaped(dockers, 30),
                          ", our rules are in ", join(state.backends, ", "));
    // A hook of its own comes before whatever Docker uses.
    return has_table ? pass(what) : fail(cat(what, ", and our own table is not as wanted"));
}

static Result<std::optional<std::string>> wrong_unit(const Host& host, const std::string& unit,
                                                     bool shall_run)
{
    const auto answer =
        TRY(host.query({"systemctl", "show", "--property=UnitFileState,ActiveState", unit}));
    const auto enabled = unit_property(answer.out, "UnitFileState");
    const auto active = unit_property(answer.out, "ActiveState");
    if (answer.status != 0 || active.empty())
        return Error{ErrorKind::Failed,
                     cat("systemctl show ", unit, ": ", escaped(trim(answer.err), 100)),
                     {}};
    if (enabled != "enabled")
        return std::optional{
            cat(unit, " is ", enabled.empty() ? "not installed" : escaped(enabled, 20))};
    if (shall_run && active != "active")
        return std::optional{cat(unit, " is ", escaped(active, 20))};
    return std::optional<std::string>{};
}

// DOCKER-USER is the operator's to save.
static bool holds_dockers_chains(const std::string& saved)
{
    return std::ranges::any_of(lines(saved), [](std::string_view line) {
        return line.starts_with(":DOCKER") && !line.starts_with(":DOCKER-USER ");
    });
}

// Rules that were saved with Docker's chains in them come back stale at the next boot.
static Result<std::optional<std::string>> stale_rules(const Host& host)
{
    for (const auto* file : {"/etc/iptables/rules.v4", "/etc/iptables/rules.v6"}) {
        const auto saved = host.read(file);
        if (saved.is_absent())
            continue;
        if (holds_dockers_chains(TRY(saved)))
            return std::optional{cat(file, " holds Docker's own chains")};
    }
    return std::optional<std::string>{};
}

Result<Outcome> survives_restart(const Facts& facts)
{
    // the one at boot ends when the policy is in place
    for (const auto& [unit, is_running] :
         {std::pair{egress_watch_unit, true}, {egress_boot_unit, false}})
        if (auto wrong = TRY(wrong_unit(facts.host(), unit, is_running)))
            return fail(*std::move(wrong));
    if (facts.host().status(recorded_ruleset_file).is_absent())
        return fail(cat(recorded_ruleset_file, ", from which a boot loads them, is not there"));
    if (auto stale = TRY(stale_rules(facts.host())))
        return fail(*std::move(stale));
    return pass(cat("enabled: ", egress_watch_unit, ", ", egress_boot_unit));
}

static Result<long long> number_in(const Host& host, const std::string& file)
{
    const auto text = TRY(host.read(file));
    const auto number = to_number(trim(text));
    if (!number)
        return Error{ErrorKind::Malformed, cat(file, " holds no number"), {}};
    return *number;
}

// Of the two settings the kernel takes the greater; 1 is strict.
Result<Outcome> spoofing(const Facts& facts)
{
    const auto setting = [&facts](std::string_view interface) {
        return number_in(facts.host(), cat("/proc/sys/net/ipv4/conf/", interface, "/rp_filter"));
    };
    const auto all = TRY(setting("all"));
    std::vector<std::string> strict;
    for (const auto& network : TRY(facts.once(docker_networks))) {
        if (network.driver != "bridge" || network.bridge.find('/') != std::string::npos)
            continue;
        const auto own = TRY(setting(network.bridge));
        if (std::max(all, own) != 1)
            return fail(cat("rp_filter of ", escaped(network.bridge, 20), " is ",
                            std::to_string(std::max(all, own)),
                            ": containers there send with any address"));
        strict.push_back(escaped(network.bridge, 20));
    }
    if (strict.empty())
        return not_applicable("Docker has no bridge network");
    return pass(cat("rp_filter is strict on ", join(strict, ", "), "; IPv6 has no such setting"));
}

Result<Outcome> rate_limit(const Facts& facts)
{
    const auto wanted = TRY(facts.once(wanted_egress));
    if (wanted.flows_per_second == 0)
        return fail("the policy limits no flows");
    if (wanted.rate_tier == Tier::Soft)
        return fail("the policy only counts flows above the limit");
    for (const auto& drift : TRY(facts.once(egress_state)).drift)
        if (drift.backend == "nftables")
            return fail(cat("our own table is not as wanted: ", escaped(drift.what, 100)));
    return pass(cat(std::to_string(wanted.flows_per_second),
                    " new flows a second from each sender, ", std::to_string(wanted.flow_burst),
                    " at once"));
}

Result<Outcome> conntrack_room(const Facts& facts)
{
    constexpr long long most_percent = 80;
    constexpr auto directory = "/proc/sys/net/netfilter/nf_conntrack_";
    const auto used = number_in(facts.host(), cat(directory, "count"));
    if (used.is_absent())
        return not_applicable("the kernel tracks no connections");
    const auto count = TRY(used);
    const auto most = TRY(number_in(facts.host(), cat(directory, "max")));
    if (most <= 0)
        return Error{ErrorKind::Malformed, cat(directory, "max is no limit"), {}};
    const auto what = cat(std::to_string(count), " of ", std::to_string(most), " connections");
    return count * 100 > most * most_percent ? fail(what) : pass(what);
}

}

}
