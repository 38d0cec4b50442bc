#include "egress/container_nft.h"
#include "support/catch.hpp"

using namespace harden;

namespace {

const std::string id = cat("0123456789abcdef", std::string(48, '0'));

ContainerPlan plan_of(const ContainerWish& wish)
{
    PlacedLink link{.link = {.device = "veth1",
                             .inner_device = "eth0",
                             .bridge = "docker0",
                             .bridge_address = "02:42:00:00:00:01"},
                    .hardware_address = "02:42:ac:11:00:02",
                    .address4 = "172.17.0.2",
                    .addresses6 = {"2001:db8::2", "fe80::42:acff:fe11:2"}};
    return {{*with_wish({.id = id}, wish), 100, {link}}};
}

// The lines of one chain, without the spaces before them.
std::vector<std::string> chain(const std::string& rules, std::string_view name)
{
    std::vector<std::string> found;
    bool is_inside = false;
    for (const auto line : lines(rules)) {
        if (is_inside && trim(line) == "}")
            break;
        if (is_inside)
            found.emplace_back(trim(line));
        is_inside = is_inside || trim(line) == cat("chain ", name, " {");
    }
    return found;
}

using Lines = std::vector<std::string>;

}

TEST_CASE("a policy that is nothing needs no table")
{
    CHECK(container_rules({})->empty());
    CHECK(container_rules(plan_of({.mode = "open"}))->empty());
    CHECK(container_transaction("", {}) ==
          "add table inet harden_container\ndelete table inet harden_container\n"
          "add table netdev harden_container\ndelete table netdev harden_container\n");
}

TEST_CASE("mode none refuses before anything else, both ways and to the node")
{
    const auto rules = *container_rules(plan_of({.mode = "none", .quota = "1M/day"}));
    for (const auto* name :
         {"out_0123456789abcdef", "in_0123456789abcdef", "host_0123456789abcdef"})
        CHECK(chain(rules, name) == Lines{"goto refuse"});
    const auto output = chain(rules, "output");
    REQUIRE(output.size() == 3);
    CHECK(output[1] == "ip daddr vmap { 172.17.0.2 : jump in_0123456789abcdef }");
}

TEST_CASE("mode allow leaves replies, names and targets open, and a name opens nothing of the node")
{
    const auto rules =
        *container_rules(plan_of({.mode = "allow",
                                  .domains = {"example.org"},
                                  .targets = {"192.0.2.0/24:443", "2001:db8::/32"}}));
    CHECK(chain(rules, "out_0123456789abcdef") ==
          Lines{"ct direction reply return", "ip daddr @dns4_0123456789abcdef return",
                "ip6 daddr @dns6_0123456789abcdef return",
                "ip daddr 192.0.2.0/24 meta l4proto { tcp, udp } th dport 443 return",
                "ip6 daddr 2001:db8::/32 return", "goto refuse"});
    const auto host = chain(rules, "host_0123456789abcdef");
    CHECK(host.back() == "goto refuse");
    CHECK(rules.find("host_0123456789abcdef {") != std::string::npos);
    for (const auto& line : host)
        CHECK(line.find("@dns") == std::string::npos);
    CHECK(chain(rules, "dns").size() == 3);
}

TEST_CASE("a quota counts both ways in one element that lives for its period")
{
    const auto rules = *container_rules(plan_of({.mode = "open", .quota = "10M/hour"}));
    const std::string counted =
        "add @used_0123456789abcdef_10000000_3600 { meta mark & 0x0 timeout "
        "3600s quota over 10000000 bytes } goto refuse";
    CHECK(chain(rules, "out_0123456789abcdef") == Lines{counted});
    CHECK(chain(rules, "in_0123456789abcdef") == Lines{counted});
}

TEST_CASE("only what Docker gave it may stand as a sender")
{
    const auto open =
        chain(*container_rules(plan_of({.mode = "open", .rate = "1M"})), "from_0123456789abcdef_0");
    REQUIRE(open.size() > 3);
    CHECK(open[0] == "type filter hook ingress device \"veth1\" priority -300; policy drop;");
    CHECK(open[1] == "ether saddr != 02:42:ac:11:00:02 drop");
    const auto closed =
        chain(*container_rules(plan_of({.mode = "none"})), "from_0123456789abcdef_0");
    CHECK(std::find(closed.begin(), closed.end(), "ip saddr 172.17.0.2 accept") == closed.end());
    CHECK(std::find(closed.begin(), closed.end(),
                    "ether daddr 02:42:00:00:00:01 ip saddr 172.17.0.2 accept") != closed.end());
}

TEST_CASE("texts of others cannot become rules")
{
    auto plan = plan_of({.mode = "none"});
    plan[0].links[0].link.device = "veth1\" } accept";
    CHECK_FALSE(container_rules(plan));
    plan = plan_of({.mode = "none"});
    plan[0].links[0].hardware_address = "02:42:ac:11:00:02 accept";
    CHECK_FALSE(container_rules(plan));
    plan = plan_of({.mode = "none"});
    plan[0].links[0].address4 = "172.17.0.2 }";
    CHECK_FALSE(container_rules(plan));
    plan = plan_of({.mode = "none"});
    plan.push_back(plan[0]);
    CHECK_FALSE(container_rules(plan)); // the same address and digits twice
}

TEST_CASE("a transaction empties what is there and deletes only what is not wanted")
{
    const auto listing = "table inet harden_container {\n\tset used_x {\n\t}\n"
                         "\tchain out_0123456789abcdef {\n\t}\n\tchain out_old {\n\t}\n}\n";
    const auto names = names_in(listing);
    CHECK(names.chains == Lines{"out_0123456789abcdef", "out_old"});
    CHECK(names.sets == Lines{"used_x"});
    const auto text = container_transaction(*container_rules(plan_of({.mode = "none"})), names);
    CHECK(text.find("flush chain inet harden_container out_0123456789abcdef\n") !=
          std::string::npos);
    CHECK(text.find("delete chain inet harden_container out_0123456789abcdef\n") ==
          std::string::npos);
    CHECK(text.find("delete chain inet harden_container out_old\n") != std::string::npos);
    CHECK(text.find("delete set inet harden_container used_x\n") != std::string::npos);
}
