#include "dockerfile/container_request.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("sizes are read as Docker reads them")
{
    struct Row {
        std::string text;
        std::optional<std::int64_t> bytes;
    };
    for (const auto& [text, bytes] : std::vector<Row>{{"512m", 536'870'912},
                                                      {"512M", 536'870'912},
                                                      {"512mb", 536'870'912},
                                                      {"512MiB", 536'870'912},
                                                      {"512 mb", 536'870'912},
                                                      {"1.5g", 1'610'612'736},
                                                      {"1073741824", 1'073'741'824},
                                                      {"64b", 64},
                                                      {"1t", 1'099'511'627'776},
                                                      {"0", 0},
                                                      {"", {}},
                                                      {"m", {}},
                                                      {"-1", {}},
                                                      {"512x", {}},
                                                      {"512mm", {}},
                                                      {"1.2.3g", {}},
                                                      {"1e9", {}},
                                                      {"$MEM", {}},
                                                      {"9999999999999g", {}}}) {
        INFO(text);
        CHECK(requested_bytes(text) == bytes);
    }
}

TEST_CASE("switches are true in every spelling of Docker and of YAML")
{
    for (const auto* text : {"true", "True", "TRUE", "1", "t", "yes", "on", "y"})
        CHECK(is_true(text));
    for (const auto* text : {"false", "0", "no", "off", "", "truely"})
        CHECK_FALSE(is_true(text));
    CHECK_FALSE(is_true(std::optional<PlacedText>{}));
}

TEST_CASE("a volume's text says source, target and options")
{
    struct Row {
        std::string text;
        std::string type, source, target;
        bool is_writable;
        std::string propagation;
    };
    for (const auto& row :
         std::vector<Row>{{"/a:/b", "bind", "/a", "/b", true, ""},
                          {"/a:/b:ro", "bind", "/a", "/b", false, ""},
                          {"/a:/b:ro,rshared", "bind", "/a", "/b", false, "rshared"},
                          {"./a:/b:rw", "bind", "./a", "/b", true, ""},
                          {"~/a:/b", "bind", "~/a", "/b", true, ""},
                          {"$PWD:/b", "bind", "$PWD", "/b", true, ""},
                          {"data:/b", "volume", "data", "/b", true, ""},
                          {"/b", "volume", "", "/b", true, ""}}) {
        INFO(row.text);
        const auto mount = mount_from({row.text, 7});
        CHECK(mount.type == row.type);
        CHECK(mount.source == PlacedText{row.source, 7});
        CHECK(mount.target == row.target);
        CHECK(mount.is_writable == row.is_writable);
        CHECK(mount.propagation == row.propagation);
    }
}

TEST_CASE("the last one of a name counts")
{
    std::vector<RequestedPair> pairs;
    put(pairs, pair_from({"A=1", 0}));
    put(pairs, pair_from({"B", 5}));
    put(pairs, pair_from({"A=x=y", 9}));
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[0].value == "x=y");
    CHECK(pairs[0].name == PlacedText{"A", 9});
    CHECK_FALSE(pairs[1].value);
}
