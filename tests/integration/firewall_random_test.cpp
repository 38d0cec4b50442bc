// Policies that nobody would write: what is applied is what was wanted, and gone without a trace.
#include "base/text.h"
#include "support/catch.hpp"
#include "support/egress_policies.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "system/kernel_firewall.h"

#include <random>

using namespace harden;
using namespace harden::test;

namespace {

// Site policies from a seed.
class RandomPolicies {
public:
    explicit RandomPolicies(unsigned seed)
        : random_{seed}
    {
    }

    std::string next()
    {
        std::string text = "version = 1\n";
        if (one_in(2))
            text += cat("container_interfaces = [", list(1, 4, [&] { return interface(); }), "]\n");
        if (one_in(2))
            text += cat("allow = [", list(0, 6, [&] { return exception(); }), "]\n");
        for (const auto* known : {"metadata", "smtp", "smtp-watch", "mining", "mining-watch", "irc",
                                  "tor", "torrent", "private", "host-services"})
            if (one_in(3))
                text += cat("[groups.", known, "]\nenabled = ", one_in(2) ? "true" : "false",
                            "\ntier = ", tier(), "\n");
        for (int group = number(0, 5); group > 0; --group)
            text += random_group(group);
        if (one_in(2))
            text += cat("[rate]\nenabled = ", one_in(2) ? "true" : "false", "\ntier = ", tier(),
                        "\nflows_per_second = ", std::to_string(number(1, 5000)),
                        "\nburst = ", std::to_string(number(1, 5000)), "\n");
        return text;
    }

private:
    int number(int least, int most)
    {
        return std::uniform_int_distribution<int>{least, most}(random_);
    }
    bool one_in(int n) { return number(1, n) == 1; }
    std::string tier() { return one_in(2) ? "\"hard\"" : "\"soft\""; }

    template<class Make>
    std::string list(int least, int most, const Make& make)
    {
        std::vector<std::string> all;
        for (int count = number(least, most); count > 0; --count)
            all.push_back(make());
        return join(all, ", ");
    }
    std::string interface()
    {
        return cat("\"", one_in(2) ? "br-" : "veth", std::to_string(number(0, 99)),
                   one_in(3) ? "*\"" : "\"");
    }
    std::string ports()
    {
        const int first = number(1, 65535);
        if (one_in(2))
            return std::to_string(first);
        return cat("\"", std::to_string(first), "-",
                   std::to_string(number(first, std::min(65535, first + 2000))), "\"");
    }
    std::string address()
    {
        if (one_in(3)) {
            const int groups = number(1, 3);
            std::string text = "20";
            for (const char digit : {'0', '1', 'd'})
                text += one_in(2) ? digit : '7';
            text = text.substr(0, 4);
            for (int i = 1; i < groups; ++i)
                text += cat(":", std::to_string(number(1, 9999)));
            return cat(text, "::/", std::to_string(16 * groups));
        }
        const int bytes = number(1, 4);
        std::string text = std::to_string(number(1, 223));
        for (int i = 1; i < 4; ++i)
            text += cat(".", i < bytes ? std::to_string(number(0, 255)) : std::string{"0"});
        return cat(text, "/", std::to_string(8 * bytes));
    }
    std::string exception()
    {
        const auto where = address();
        const auto port = std::to_string(number(1, 65535));
        return where.find(':') == std::string::npos ? cat("\"", where, ":", port, "\"")
                                                    : cat("\"[", where, "]:", port, "\"");
    }
    std::string random_group(int index)
    {
        const auto quoted = [&] { return cat("\"", address(), "\""); };
        const auto some_ports = [&] { return list(1, 30, [&] { return ports(); }); };
        const bool has_addresses = one_in(2);
        auto text =
            cat("[groups.random-", std::to_string(index), "]\nenabled = true\ntier = ", tier(),
                "\naction = ", one_in(2) ? "\"refuse\"\n" : "\"drop\"\n");
        if (has_addresses)
            text += cat("addresses = [", list(1, 60, quoted), "]\n");
        if (!has_addresses || one_in(2))
            text += cat("tcp = [", some_ports(), "]\nudp = [", some_ports(), "]\n");
        if (has_addresses && one_in(2))
            text += cat("spared_tcp = [", some_ports(), "]\nspared_udp = [", some_ports(), "]\n");
        return text;
    }

    std::mt19937 random_;
};

}

static void make_others(const std::string& backend)
{
    shell("nft add table inet operator; nft add chain inet operator in { type filter hook input "
          "priority 10 \\; }; nft add rule inet operator in tcp dport 4242 counter accept; "
          "nft add set inet operator ports { type inet_service \\; flags interval \\; elements = { "
          "25, 80-90 } \\; }");
    if (backend.empty())
        return;
    for (const auto& command : {"iptables-" + backend, "ip6tables-" + backend})
        shell(command + " -N DOCKER-USER; " + command + " -A FORWARD -j DOCKER-USER; " + command +
              " -A DOCKER-USER -p tcp --dport 25 -m comment --comment operator -j ACCEPT; " +
              command + " -A DOCKER-USER -j RETURN; " + command +
              " -A INPUT -p udp --dport 53 -j ACCEPT");
}

// Everything that the kernel filters by, as its tools write it; counts left out.
static std::string all_rules(const std::string& backend)
{
    auto text = shell("nft -s list ruleset");
    if (backend == "legacy")
        text += shell("iptables-legacy -S; ip6tables-legacy -S");
    return text;
}

static void try_policies(const std::string& backend)
{
    if (!enter_private_network())
        return;
    constexpr unsigned seed = 20261122;
    const int count = rounds(334, 10);
    make_others(backend);
    const auto before = all_rules(backend);
    const auto others = shell("nft -s list table inet operator");
    const auto firewall = kernel_firewall();
    RandomPolicies policies{seed + static_cast<unsigned>(backend.size())};
    for (int number = 0; number < count; ++number) {
        const auto text = policies.next();
        INFO("policy " << number << " of seed " << seed << ":\n" << text);
        const auto ruleset = compiled_ruleset(text);
        succeeds(firewall->replace(ruleset));
        REQUIRE(holds(*firewall, ruleset));
        REQUIRE(shell("nft -s list table inet operator") == others);
        if (number % 3 == 2) { // else the next one replaces it
            succeeds(firewall->remove());
            REQUIRE(all_rules(backend) == before);
        }
    }
    succeeds(firewall->remove());
    CHECK(all_rules(backend) == before);
    WARN((backend.empty() ? "own table alone" : "with iptables-" + backend)
         << ": " << count << " policies of seed " << seed);
}

TEST_CASE("random policies are held exactly and leave no trace", "[firewall]")
{
    try_policies("");
}

TEST_CASE("random policies are held exactly with iptables-nft", "[firewall]")
{
    try_policies("nft");
}

TEST_CASE("random policies are held exactly with iptables-legacy", "[firewall]")
{
    try_policies("legacy");
}
