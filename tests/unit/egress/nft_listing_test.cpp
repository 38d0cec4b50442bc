#include "egress/nft_listing.h"
#include "support/catch.hpp"

using namespace harden;

// As nft 1.0.6 lists it.
static constexpr auto listing = R"(table inet harden_egress {
	counter smtp_ip {
	}

	set container_if {
		type ifname
		flags interval
		auto-merge
		elements = { "br-*",
			     "docker0" }
	}

	set rate_4 {
		type ipv4_addr
		size 65535
		flags dynamic,timeout
		timeout 1m
		elements = { 10.0.0.2 limit rate over 100/second burst 200 packets expires 59s }
	}

	map tcp_ports {
		type inet_service : verdict
		flags interval
		elements = { 25 : jump g_smtp, 6660-6669 : jump g_irc }
	}

	chain forward {
		type filter hook forward priority filter - 10; policy accept;
		ct direction reply return
		tcp dport vmap @tcp_ports
	}
}
)";

static std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

static std::string shown(const std::vector<RuleDrift>& drift)
{
    std::string text;
    for (const auto& one : drift)
        text += cat(one.what, "|", one.from, "|", one.to, "\n");
    return text;
}

TEST_CASE("a listing is read as objects, without what packets made")
{
    const auto objects = parse_nft_listing(listing);
    REQUIRE(objects.contains("set container_if"));
    CHECK(objects.at("set container_if").contents ==
          std::vector<std::string>{"\"br-*\"", "\"docker0\""});
    CHECK(objects.at("set container_if").definition == "type ifname; flags interval; auto-merge");
    CHECK(objects.at("set rate_4").contents.empty());
    CHECK(objects.at("map tcp_ports").contents.size() == 2);
    CHECK(objects.at("chain forward").contents ==
          std::vector<std::string>{"ct direction reply return", "tcp dport vmap @tcp_ports"});
    CHECK_FALSE(objects.contains("counter smtp_ip"));
    CHECK(objects.contains("table"));
    CHECK(parse_nft_listing("").empty());
}

TEST_CASE("equal listings have no difference")
{
    CHECK(difference(parse_nft_listing(listing), parse_nft_listing(listing)).empty());
}

TEST_CASE("each difference is told as it is and as it shall be")
{
    const auto wanted = parse_nft_listing(listing);
    const auto told = [&](std::string_view from, std::string_view to) {
        return shown(difference(parse_nft_listing(replaced(listing, from, to)), wanted));
    };
    CHECK(told("6660-6669 : jump g_irc", "6660-6668 : jump g_irc") ==
          "harden_egress map tcp_ports|6660-6668 : jump g_irc|\nharden_egress map "
          "tcp_ports||6660-6669 : jump g_irc\n");
    CHECK(told("\t\tct direction reply return\n", "") ==
          "harden_egress chain forward||ct direction reply return\n");
    CHECK(told("policy accept", "policy drop").find("policy drop") != std::string::npos);
    CHECK(told("\tchain forward {", "\tchain extra {\n\t\taccept\n\t}\n\n\tchain forward {") ==
          "harden_egress chain extra|1 entries|\n");
    CHECK(told("table inet harden_egress {\n", "table inet harden_egress {\n\tflags dormant\n\n") ==
          "harden_egress table|flags dormant|\n");
    CHECK(told("\t\tct direction reply return\n\t\ttcp dport vmap @tcp_ports\n",
               "\t\ttcp dport vmap @tcp_ports\n\t\tct direction reply return\n") ==
          "harden_egress chain forward|in another order|in the order of the policy\n");
}

TEST_CASE("a table of the same objects can be refilled")
{
    const auto wanted = parse_nft_listing(listing);
    const auto refillable = [&](std::string_view from, std::string_view to) {
        return has_same_objects(parse_nft_listing(replaced(listing, from, to)), wanted);
    };
    CHECK(refillable("\"docker0\"", "\"docker1\""));
    CHECK(refillable("ct direction reply return", "accept"));
    CHECK_FALSE(refillable("chain forward", "chain backward"));
    CHECK_FALSE(refillable("auto-merge", "timeout 1m"));
    CHECK_FALSE(refillable("filter - 10", "filter"));
}

TEST_CASE("counters are hits of a group and a family")
{
    const auto hits = counted_hits(
        "table inet harden_egress {\n\tcounter mining-watch_ip6 {\n\t\tpackets 7 bytes "
        "420\n\t}\n\n\tcounter smtp_ip {\n\t\tpackets 0 bytes 0\n\t}\n}\n");
    REQUIRE(hits.size() == 2);
    CHECK(hits[0].group == "mining-watch");
    CHECK(hits[0].family == "ip6");
    CHECK(hits[0].packets == 7);
    CHECK(hits[1].group == "smtp");
}
