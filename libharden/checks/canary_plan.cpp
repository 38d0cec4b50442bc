#include "checks/canary_plan.h"

#include <algorithm>

namespace harden {

using Role = PlannedCanary::Role;

static constexpr std::size_t most_runtimes = 3;
static constexpr std::size_t most_networks = 2; // besides the default one
static constexpr auto plain_runtime = "runc";
static constexpr auto default_network = "bridge";
static constexpr int burner_looks = 2;
static constexpr std::chrono::milliseconds between_burner_looks{1'500};
static constexpr auto burner_life_ms = "2000";

namespace {

// Collects the canaries of one round.
class Plan {
public:
    Plan(const DockerInfo& info, const GvisorRuntimes& gvisor)
        : info_{info}
        , gvisor_{gvisor}
    {
    }
    void add_askers(const std::vector<std::string>& networks);
    void add_servers(const std::vector<std::string>& networks);
    void add_neighbours(const std::vector<std::string>& networks);
    void add_burner();
    std::vector<PlannedCanary> done() { return std::move(all_); }

private:
    std::vector<std::string> runtimes() const;
    std::string sandbox() const; // a gVisor runtime, the default one where it is; else the default
    CanaryOrder& add(Role role, const std::string& runtime, std::vector<std::string> task);
    bool is_gvisor(std::string_view name) const;

    const DockerInfo& info_;
    const GvisorRuntimes& gvisor_;
    std::vector<PlannedCanary> all_;
};

}

bool Plan::is_gvisor(std::string_view name) const
{
    return std::ranges::find(gvisor_.all, name, &GvisorRuntime::name) != gvisor_.all.end();
}

// The default first: it is what tenants get.
std::vector<std::string> Plan::runtimes() const
{
    std::vector<std::string> names{info_.default_runtime};
    const auto add = [&names](const std::string& name) {
        if (names.size() < most_runtimes && std::ranges::find(names, name) == names.end())
            names.push_back(name);
    };
    for (const auto& runtime : gvisor_.all)
        add(runtime.name);
    if (info_.runtimes.contains(plain_runtime))
        add(plain_runtime);
    return names;
}

std::string Plan::sandbox() const
{
    const auto wanted = info_.default_runtime;
    return is_gvisor(wanted) || gvisor_.all.empty() ? wanted : gvisor_.all.front().name;
}

CanaryOrder& Plan::add(Role role, const std::string& runtime, std::vector<std::string> task)
{
    const bool is_default = runtime == info_.default_runtime;
    all_.push_back({.role = role,
                    .runtime = runtime,
                    .is_default = is_default,
                    .is_gvisor = is_gvisor(runtime),
                    .order = {.name = cat(task.front(), " ", runtime),
                              .task = std::move(task),
                              .runtime = is_default ? std::string{} : runtime,
                              .pids = canary_pids}});
    return all_.back().order;
}

static std::string server_of(const std::string& network)
{
    return cat("@serve ", network);
}

static std::vector<std::string> servers_of(const std::vector<std::string>& networks)
{
    std::vector<std::string> servers;
    for (const auto& network : networks)
        servers.push_back(server_of(network));
    return servers;
}

// A sandbox that has exceeded a limit is gone, so that it tries two of them in two containers.
void Plan::add_askers(const std::vector<std::string>& networks)
{
    for (const auto& runtime : runtimes()) {
        std::vector<std::string> task{is_gvisor(runtime) ? "ask" : "ask-all"};
        if (runtime == info_.default_runtime)
            std::ranges::copy(servers_of(networks), std::back_inserter(task));
        add(Role::Ask, runtime, std::move(task)).memory = canary_memory;
        if (is_gvisor(runtime))
            add(Role::Multiply, runtime, {"multiply"}).memory = canary_memory;
    }
}

void Plan::add_servers(const std::vector<std::string>& networks)
{
    const auto runtime =
        info_.runtimes.contains(plain_runtime) ? std::string{plain_runtime} : info_.default_runtime;
    for (const auto& network : networks) {
        auto& order = add(Role::Serve, runtime, {"serve"});
        order.name = server_of(network).substr(1);
        order.network = network;
        order.serves = true;
    }
}

void Plan::add_neighbours(const std::vector<std::string>& networks)
{
    for (const auto& network : networks) {
        if (network == default_network)
            continue;
        std::vector<std::string> task{"network"};
        std::ranges::copy(servers_of(networks), std::back_inserter(task));
        auto& order = add(Role::Network, sandbox(), std::move(task));
        order.name = cat("network ", network);
        order.network = network;
    }
}

// Its command line is such as miners have, to an address that is nobody's.
void Plan::add_burner()
{
    auto& order = add(Role::Burn, info_.default_runtime,
                      {"burn", burner_life_ms, "--url", "stratum+tcp://203.0.113.10:3333"});
    order.nano_cpus = static_cast<std::int64_t>(canary_burner_cpus * 1e9);
    order.visits = burner_looks;
    order.between_visits = between_burner_looks;
}

std::vector<PlannedCanary> plan_canaries(const DockerInfo& info, const GvisorRuntimes& gvisor,
                                         const std::vector<DockerNetwork>& networks)
{
    std::vector<std::string> names;
    for (const auto& network : networks)
        if (network.driver == "bridge" && !network.internal && network.name != default_network &&
            names.size() < most_networks)
            names.push_back(network.name);
    names.insert(names.begin(), default_network);
    Plan plan{info, gvisor};
    plan.add_servers(names);
    plan.add_burner();
    plan.add_askers(names);
    plan.add_neighbours(names);
    return plan.done();
}

}
