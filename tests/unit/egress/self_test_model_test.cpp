#include "egress/self_test_model.h"
#include "support/catch.hpp"
#include "support/firewall_contract.h"

using namespace harden;
using harden::test::small_ruleset;

static std::string verdict(const Ruleset& ruleset, const std::string& source,
                           const std::string& destination, int port,
                           Protocol protocol = Protocol::Tcp, bool is_to_node = false)
{
    const auto model = PolicyModel::of(ruleset);
    REQUIRE(model);
    const auto* group = model->refusing({*parse_network(source), *parse_network(destination),
                                         protocol, static_cast<std::uint16_t>(port), is_to_node});
    return group == nullptr ? "open" : group->id;
}

static std::string verdict(const std::string& destination, int port,
                           Protocol protocol = Protocol::Tcp, bool is_to_node = false)
{
    return verdict(small_ruleset(), "172.17.0.2", destination, port, protocol, is_to_node);
}

TEST_CASE("the model says what the rules say of single packets")
{
    struct Row {
        std::string destination;
        int port;
        Protocol protocol;
        bool is_to_node;
        std::string wanted;
    };
    const std::vector<Row> rows = {
        {"203.0.113.10", 443, Protocol::Tcp, false, "open"},
        {"203.0.113.10", 25, Protocol::Tcp, false, "smtp"},
        {"2001:db9::1", 25, Protocol::Udp, false, "smtp"},
        {"203.0.113.10", 587, Protocol::Udp, false, "open"},
        {"203.0.113.10", 6664, Protocol::Tcp, false, "irc"},
        {"203.0.113.10", 8888, Protocol::Tcp, false, "open"}, // soft
        {"169.254.169.254", 80, Protocol::Udp, false, "metadata"},
        {"169.254.169.254", 53, Protocol::Tcp, false, "open"},
        {"169.254.169.254", 123, Protocol::Tcp, false, "metadata"},
        {"169.254.169.254", 80, Protocol::Tcp, true, "metadata"}, // judged before DNAT
        {"169.254.169.254", 25, Protocol::Tcp, false, "metadata"},
        {"10.1.2.3", 443, Protocol::Tcp, false, "office"},
        {"10.1.2.3", 53, Protocol::Udp, false, "open"},
        {"10.1.2.3", 53, Protocol::Tcp, false, "office"},
        {"192.0.2.7", 587, Protocol::Tcp, false, "open"}, // allowed
        {"192.0.2.8", 587, Protocol::Tcp, false, "smtp"},
        {"2001:db8::5", 6661, Protocol::Tcp, false, "open"}, // allowed
        {"2001:db8::5", 6662, Protocol::Tcp, false, "irc"},
        {"172.17.0.1", 22, Protocol::Tcp, true, "host-services"},
        {"172.17.0.1", 22, Protocol::Tcp, false, "open"},
        {"172.17.0.1", 25, Protocol::Tcp, true, "open"},
        {"172.17.0.1", 2376, Protocol::Udp, true, "open"},
    };
    for (const auto& [destination, port, protocol, is_to_node, wanted] : rows) {
        INFO(destination << " " << port);
        CHECK(verdict(destination, port, protocol, is_to_node) == wanted);
    }
}

TEST_CASE("the model knows whom a group or an exception is for")
{
    auto ruleset = small_ruleset();
    ruleset.groups[2].open_to = {"172.18.0.0/16"};
    ruleset.allow = {{"203.0.113.10", {6660, 6660}, "172.17.0.2"}};
    CHECK(verdict(ruleset, "172.18.3.4", "203.0.113.10", 25) == "open");
    CHECK(verdict(ruleset, "172.17.0.2", "203.0.113.10", 25) == "smtp");
    CHECK(verdict(ruleset, "172.17.0.2", "203.0.113.10", 6660) == "open");
    CHECK(verdict(ruleset, "172.17.0.3", "203.0.113.10", 6660) == "irc");
}

TEST_CASE("a soft group counts what no hard one refuses and nobody allowed")
{
    auto ruleset = small_ruleset();
    ruleset.allow = {{"192.0.2.7", {8888, 8888}}};
    const auto model = PolicyModel::of(ruleset);
    REQUIRE(model);
    const auto counts = [&](const std::string& destination, int port) {
        return model->counts(ruleset.groups[3],
                             {*parse_network("172.17.0.2"), *parse_network(destination),
                              Protocol::Tcp, static_cast<std::uint16_t>(port)});
    };
    CHECK(counts("203.0.113.10", 8888));
    CHECK_FALSE(counts("203.0.113.10", 8889));
    CHECK_FALSE(counts("192.0.2.7", 8888));
    CHECK_FALSE(counts("10.1.2.3", 8888)); // office refuses it
}
