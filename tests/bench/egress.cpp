// The egress policy beside what people use instead, in network namespaces of this process's own.
//   bench_egress [ROUNDS of packets]
#include "base/settings.h"
#include "base/shipped.h"
#include "bench/bench.h"
#include "bench/packets.h"
#include "egress/compile.h"
#include "egress/container_nft.h"
#include "egress/own_table.h"
#include "egress/policy.h"
#include "system/container_sets.h"
#include "system/kernel_firewall.h"
#include "system/nft_library.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sched.h>
#include <unistd.h>

using namespace harden;
using namespace harden::bench;

namespace {

const std::string scratch = "/tmp/harden-bench." + std::to_string(getpid());

template<class Value>
Value good(Result<Value> result)
{
    if (result)
        return *std::move(result);
    std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
    std::exit(1);
}
void good(const Result<>& result)
{
    if (result)
        return;
    std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
    std::exit(1);
}

void fresh_network()
{
    if (unshare(CLONE_NEWNET) == 0)
        return;
    std::perror("bench: a network namespace of its own needs root");
    std::exit(2);
}

Ruleset shipped_ruleset()
{
    const auto settings = good(parse_toml(shipped("rules/egress.toml"), "rules/egress.toml"));
    return good(compile_egress(good(parse_egress_policy(settings)), {}));
}

// Apart from each other: a /28 in each of COUNT different /24.
std::vector<std::string> networks(int count)
{
    std::mt19937 random{4711}; // NOLINT(cert-msc51-cpp): the same in each run
    std::vector<std::string> all;
    for (int number = 0; number < count; ++number)
        all.push_back(std::to_string(11 + number / 65536) + "." +
                      std::to_string(number / 256 % 256) + "." + std::to_string(number % 256) +
                      "." + std::to_string(random() % 16 * 16) + "/28");
    return all;
}

Ruleset with_networks(int count)
{
    auto ruleset = shipped_ruleset();
    ruleset.groups.push_back({.id = "feed", .addresses4 = networks(count)});
    return ruleset;
}

std::string file(const std::string& name, const std::string& text)
{
    std::ofstream{scratch + "/" + name} << text;
    return scratch + "/" + name;
}

// Twenty-five rules for ports, as a hand-written script has them.
std::string forks()
{
    std::string script = "iptables-nft -N HARDEN-BENCH\n";
    for (int port = 3000; port < 3025; ++port)
        script +=
            "iptables-nft -A HARDEN-BENCH -p tcp --dport " + std::to_string(port) + " -j DROP\n";
    return script + "iptables-nft -F HARDEN-BENCH; iptables-nft -X HARDEN-BENCH\n";
}

// The rules that stand in DOCKER-USER now, both families, as a script with a fork a rule.
std::string same_rules_by_forks(const std::string& backend)
{
    const auto name = scratch + "/same." + backend;
    std::filesystem::remove(name);
    for (const auto* family : {"iptables-", "ip6tables-"})
        shell("(" + std::string{family} + backend +
              "-save -t filter | sed -n 's/^:\\(HARDEN-[A-Z]*\\) .*/" + family + backend +
              " -N \\1/p; s/^-A \\(HARDEN-.*\\|DOCKER-USER.*\\)/" + family + backend +
              " -A \\1/p' >>" + name + ")");
    return name;
}

std::string rules_in(const std::string& script)
{
    std::ifstream lines{script};
    int count = 0;
    for (std::string line; std::getline(lines, line);)
        ++count;
    return std::to_string(count);
}

void bench_copy(const std::string& backend)
{
    fresh_network();
    for (const auto& command : {"iptables-" + backend, "ip6tables-" + backend})
        shell(command + " -N DOCKER-USER; " + command + " -A FORWARD -j DOCKER-USER");
    const auto firewall = kernel_firewall();
    const auto ruleset = shipped_ruleset();
    const auto remove = [&] { good(firewall->remove()); };
    const auto ours = median(15, remove, [&] { good(firewall->replace(ruleset)); });
    const auto script = same_rules_by_forks(backend);
    const auto theirs = median(3, remove, [&] { shell("sh " + script); });
    row("apply the policy: and DOCKER-USER, " + backend, milliseconds(ours.cpu_ms),
        rules_in(script) + " forks, the same DOCKER-USER", milliseconds(theirs.cpu_ms));
}

void bench_apply()
{
    fresh_network();
    const auto firewall = kernel_firewall();
    const auto ruleset = shipped_ruleset();
    const auto ours = median(
        15, [&] { good(firewall->remove()); }, [&] { good(firewall->replace(ruleset)); });
    const auto script = file("forks.sh", forks());
    const auto theirs = median(
        3, [] {}, [&] { shell("sh " + script); });
    row("apply the policy: own table", milliseconds(ours.cpu_ms), "25 forks of iptables",
        milliseconds(theirs.cpu_ms));
    for (const auto* backend : {"nft", "legacy"})
        bench_copy(backend);
}

std::string restore_lines(const std::vector<std::string>& all)
{
    std::string text = "*filter\n:BENCH - [0:0]\n";
    for (const auto& network : all)
        text += "-A BENCH -d " + network + " -j DROP\n";
    return text + "COMMIT\n";
}

void bench_networks(int count)
{
    fresh_network();
    const auto nothing = [] {};
    const auto ruleset = with_networks(count);
    const auto text = file("own.nft", to_nft_text(good(own_table(ruleset))));
    const auto restore = file("restore", restore_lines(networks(count)));
    const auto firewall = kernel_firewall();
    const auto first = median(
        7, [&] { good(firewall->remove()); }, [&] { good(firewall->replace(ruleset)); });
    auto other = ruleset;
    const auto again = median(
        7,
        [&] {
            auto& changed = other.groups.back().addresses4.front();
            changed = changed == "9.9.9.0/24" ? "9.9.8.0/24" : "9.9.9.0/24";
        },
        [&] { good(firewall->replace(other)); });
    const auto same = median(7, nothing, [&] { good(firewall->replace(other)); });
    good(firewall->remove());
    const auto nft = median(3, nothing, [&] { shell("nft -f " + text); });
    shell("nft delete table inet harden_egress");
    const auto tables =
        median(3, nothing, [&] { shell("iptables-nft-restore --noflush <" + restore); });
    const auto what = "apply " + std::to_string(count) + " networks";
    row(what, milliseconds(first.cpu_ms), "nft -f", milliseconds(nft.cpu_ms));
    row(what + ", one changed", milliseconds(again.cpu_ms), "iptables-nft-restore",
        milliseconds(tables.cpu_ms));
    row(what + ", nothing changed", milliseconds(same.cpu_ms), "", "");
}

DnsAddress resolved(int number)
{
    return {*parse_network("198." + std::to_string(18 + number / 65536) + "." +
                           std::to_string(number / 256 % 256) + "." + std::to_string(number % 256)),
            300};
}

// An answer of the DNS proxy opens an address for a container whose set holds 10,000 already.
void bench_element()
{
    fresh_network();
    const std::string id(64, 'a');
    const PlacedLink link{.link = {.bridge = "docker0"}, .address4 = "172.17.0.2"};
    const auto wish = with_wish({.id = id}, {.mode = "allow", .domains = {"example.org"}});
    auto table = container_transaction(good(container_rules({{good(wish), 1, {link}}})), {});
    // as many as the target names; a container's set stops at 4096
    while (table.find("size 4096") != std::string::npos)
        table.replace(table.find("size 4096"), 9, "size 65536");
    good(NftLibrary{}.commit(table));
    auto socket = good(NftSocket::open());
    int number = 0;
    for (; number < 10'000; ++number)
        good(open_addresses(socket, id, {resolved(number)}));
    static constexpr int batch = 100; // one is too short for the clock of CPU time
    const auto ours = median(
        15, [] {},
        [&] {
            for (int i = 0; i < batch; ++i)
                good(open_addresses(socket, id, {resolved(number++)}));
        });
    const auto set = "inet harden_container " + dns_set(id, false);
    const auto theirs = median(
        7, [] {},
        [&] {
            shell("nft add element " + set + " '{ " + to_text(resolved(number++).address) +
                  " timeout 5m }'");
        });
    row("one element into a set of 10000", milliseconds(ours.cpu_ms / batch), "nft add element",
        milliseconds(theirs.cpu_ms));
}

std::string leaked(const Wires::Flood& flood)
{
    return std::to_string(flood.arrived) + "/" + std::to_string(flood.sent);
}

void bench_leak()
{
    fresh_network();
    const Wires wires{3333};
    const auto firewall = kernel_firewall();
    auto ruleset = shipped_ruleset();
    good(firewall->replace(ruleset));
    const auto ours = wires.flood_during([&] {
        for (std::uint32_t round = 0; round < 20; ++round) {
            ruleset.flow_burst = 200 + round % 2;
            good(firewall->replace(ruleset));
        }
    });
    good(firewall->remove());
    std::string rules = "iptables-nft -F FORWARD\n";
    for (const auto* port : {"25", "465", "587", "3333", "4444", "5555", "6667", "9001", "9030"})
        for (const auto* protocol : {"tcp", "udp"})
            rules += std::string{"iptables-nft -I FORWARD -p "} + protocol + " --dport " + port +
                     " -j DROP\n";
    const auto script = file("flush.sh", rules);
    shell("sh " + script);
    const auto theirs = wires.flood_during([&] {
        for (int round = 0; round < 20; ++round)
            shell("sh " + script);
    });
    row("leaked while applied 20 times under a flood", leaked(ours), "iptables -F and 18 times -I",
        leaked(theirs));
}

std::string percent(double ratio)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", ratio * 100);
    return text;
}

// Paired: each round measures the path without and then with rules.
double ratio(const Wires& wires, int rounds, const std::function<void()>& with,
             const std::function<void()>& without)
{
    static constexpr int packets = 20'000;
    std::vector<double> ratios;
    std::vector<double> bare_rates;
    for (int round = 0; round < rounds; ++round) {
        without();
        wires.packets_per_second(packets / 10);
        const auto bare = wires.packets_per_second(packets);
        with();
        wires.packets_per_second(packets / 10);
        const auto loaded = wires.packets_per_second(packets);
        bare_rates.push_back(bare);
        ratios.push_back(loaded / bare);
    }
    std::printf("  (without: %.0f packets a second)\n", median(bare_rates));
    return median(std::move(ratios));
}

void bench_packets(int rounds)
{
    fresh_network();
    // a Docker host tracks connections, with our rules or without
    shell("iptables-nft -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
    shell("iptables-nft -N LINEAR");
    for (int port = 3000; port < 3050; ++port)
        shell("iptables-nft -A LINEAR -p udp --dport " + std::to_string(port) + " -j DROP");
    const Wires wires{5000}; // of no group
    const auto firewall = kernel_firewall();
    const auto remove = [&] { good(firewall->remove()); };
    const auto linear = ratio(
        wires, rounds, [] { shell("iptables-nft -I FORWARD -j LINEAR"); },
        [] { shell("iptables-nft -D FORWARD -j LINEAR 2>/dev/null || true"); });
    shell("iptables-nft -D FORWARD -j LINEAR");
    const auto policy = shipped_ruleset();
    row("packets a second with the policy",
        percent(ratio(
            wires, rounds, [&] { good(firewall->replace(policy)); }, remove)),
        "50 linear rules of iptables-nft", percent(linear));
    const auto lists = with_networks(10'000);
    row("packets a second with 10000 networks",
        percent(ratio(
            wires, rounds, [&] { good(firewall->replace(lists)); }, remove)),
        "", "");
}

}

int main(int argc, char** argv)
{
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 31;
    std::filesystem::create_directory(scratch);
    setenv("XTABLES_LOCKFILE", (scratch + "/xtables.lock").c_str(), 1); // not the machine's own
    row("CPU time, median", "ours", "the alternative", "theirs");
    bench_apply();
    bench_networks(10'000);
    bench_element();
    bench_leak();
    bench_packets(rounds);
    std::filesystem::remove_all(scratch);
}
