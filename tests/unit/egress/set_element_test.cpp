#include "egress/set_element.h"
#include "support/catch.hpp"

using namespace harden;

static std::string text(const std::vector<SetElement>& elements, std::vector<Field> key)
{
    std::string all;
    for (const auto& element : elements)
        all += to_text(element, key) + ";";
    return all;
}

TEST_CASE("elements of a set read as they were written")
{
    CHECK(to_text(*address_element("10.0.0.0/8"), {Field::Address4}) == "10.0.0.0/8");
    CHECK(to_text(*address_element("192.0.2.7"), {Field::Address4}) == "192.0.2.7");
    CHECK(to_text(*address_element("0.0.0.0/0"), {Field::Address4}) == "0.0.0.0/0");
    CHECK(to_text(*address_element("fd00:ec2::/32"), {Field::Address6}) == "fd00:ec2::/32");
    CHECK(to_text(port_element({25, 25}), {Field::Port}) == "25");
    CHECK(to_text(port_element({6660, 65535}), {Field::Port}) == "6660-65535");
    CHECK(to_text(interface_element("docker0"), {Field::Interface}) == "\"docker0\"");
    CHECK(to_text(interface_element("br-*"), {Field::Interface}) == "\"br-*\"");
    CHECK(to_text(cgroup_element(4711), {Field::Cgroup}) == "4711");
    auto jump = port_element({25, 25});
    jump.chain = "g_smtp";
    CHECK(to_text(jump, {Field::Port}) == "25 : jump g_smtp");
}

TEST_CASE("fields of a concatenation are padded to four bytes")
{
    const auto whole = concatenated({*address_element("192.0.2.0/24"), port_element({587, 588})});
    CHECK(whole.first.size() == 8);
    CHECK(to_text(whole, {Field::Address4, Field::Port}) == "192.0.2.0/24 . 587-588");
    CHECK(to_text(whole, {Field::Address6, Field::Port}) == "elements of another size");
}

TEST_CASE("intervals that touch or overlap become one, but never across chains")
{
    const std::vector<Field> port{Field::Port};
    CHECK(text(merged({port_element({30, 40}), port_element({20, 29}), port_element({35, 50})}),
               port) == "20-50;");
    CHECK(text(merged({port_element({1, 5}), port_element({7, 9})}), port) == "1-5;7-9;");
    auto one = port_element({25, 25});
    auto other = port_element({26, 26});
    one.chain = "a";
    other.chain = "b";
    CHECK(text(merged({other, one}), port) == "25 : jump a;26 : jump b;");
}

TEST_CASE("after the last key there is none")
{
    CHECK(successor(std::string{"\x00\xff", 2}) == std::string{"\x01\x00", 2});
    CHECK(successor("\xff\xff").empty());
}
