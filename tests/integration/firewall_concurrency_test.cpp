// Another program changes the same chains and other tables while we apply: neither loses a change.
#include "base/text.h"
#include "support/catch.hpp"
#include "support/egress_policies.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "system/kernel_firewall.h"

#include <atomic>
#include <cstdio>
#include <thread>

using namespace harden;
using namespace harden::test;

namespace {

// Somebody else with rules in DOCKER-USER and a table of nftables. It keeps every third rule at the
// end of the chain, takes every other one away again, and remembers what shall be there.
class OtherWriter {
public:
    explicit OtherWriter(std::string command)
        : command_{std::move(command)}
    {
    }

    void write(int rounds)
    {
        for (int round = 0; round < rounds; ++round) {
            const auto comment = cat("operator-", std::to_string(round));
            const auto rule =
                cat(" DOCKER-USER -p tcp -m tcp --dport ", std::to_string(20000 + round),
                    " -m comment --comment ", comment, " -j ACCEPT");
            const bool is_kept = round % 3 == 0;
            run(cat(command_, is_kept ? " -A" : " -I", rule));
            run(cat("nft add element inet other ports { ", std::to_string(20000 + round), " }"));
            if (is_kept) {
                kept.push_back(cat("-A", rule));
                continue;
            }
            run(cat(command_, " -D", rule));
            run(cat("nft delete element inet other ports { ", std::to_string(20000 + round), " }"));
        }
    }

    std::vector<std::string> kept;
    std::vector<std::string> refused; // what failed for it

private:
    void run(const std::string& line)
    {
        // not by shell(): an assertion belongs to the test's own thread
        FILE* pipe = popen((line + " 2>&1").c_str(), "r");
        std::string output;
        char buffer[512];
        while (pipe != nullptr && fgets(buffer, sizeof buffer, pipe) != nullptr)
            output += buffer;
        if (pipe == nullptr || pclose(pipe) != 0)
            refused.push_back(cat(line, ": ", output));
    }

    std::string command_;
};

}

static std::vector<std::string> rules_of_others(const std::string& command)
{
    std::vector<std::string> rules;
    const auto text = shell(command + " -S DOCKER-USER");
    for (const auto line : lines(text))
        if (line.starts_with("-A") && line.find("harden:") == std::string_view::npos)
            rules.emplace_back(line);
    return rules;
}

static std::string elements_for(const std::vector<std::string>& rules)
{
    std::vector<std::string> ports;
    for (const auto& rule : rules) {
        const auto at = rule.find("--dport ") + 8;
        ports.push_back(rule.substr(at, rule.find(' ', at) - at));
    }
    return join(ports, ", ");
}

static std::string without_space(const std::string& text)
{
    std::string kept;
    for (const char letter : text)
        if (letter != ' ' && letter != '\n' && letter != '\t')
            kept += letter;
    return kept;
}

static void contend(const std::string& backend)
{
    if (!enter_private_network())
        return;
    const auto command = "iptables-" + backend + (backend == "legacy" ? " -w" : "");
    const auto ports6 = "ip6tables-" + backend;
    shell(command + " -N DOCKER-USER; " + command + " -A FORWARD -j DOCKER-USER");
    shell(ports6 + " -N DOCKER-USER; " + ports6 + " -A FORWARD -j DOCKER-USER");
    shell("nft add table inet other; nft add set inet other ports { type inet_service \\; }");
    const int count = rounds(200, 25);

    const auto firewall = kernel_firewall();
    auto ruleset = compiled_ruleset();
    succeeds(firewall->replace(ruleset));
    OtherWriter other{command};
    std::atomic<bool> finished = false;
    std::thread writer{[&] {
        other.write(count);
        finished = true;
    }};
    std::vector<std::string> failures;
    int applied = 0;
    for (; applied < count || !finished; ++applied) {
        const auto port = static_cast<std::uint16_t>(30000 + applied % 1000);
        ruleset.groups[0].tcp = {{port, port}}; // a change in every table of ours
        if (const auto written = firewall->replace(ruleset); !written)
            failures.push_back(written.error().message);
    }
    writer.join();

    INFO("ours that failed: " << join(failures, "; "));
    CHECK(failures.empty());
    INFO("the other's that failed: " << join(other.refused, "; "));
    CHECK(other.refused.empty());
    CHECK(rules_of_others(command) == other.kept);
    CHECK(without_space(shell("nft list set inet other ports"))
              .find(cat("elements={", without_space(elements_for(other.kept)), "}")) !=
          std::string::npos);
    CHECK(holds(*firewall, ruleset));
    succeeds(firewall->remove());
    CHECK(rules_of_others(command) == other.kept);
    WARN("iptables-" << backend << ": " << applied << " applies beside " << count
                     << " rounds of another writer");
}

TEST_CASE("another writer of iptables-nft loses nothing, nor do we", "[firewall]")
{
    contend("nft");
}

TEST_CASE("another writer of iptables-legacy loses nothing, nor do we", "[firewall]")
{
    contend("legacy");
}
