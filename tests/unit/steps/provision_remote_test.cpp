#include "steps/provision_remote.h"
#include "support/catch.hpp"
#include "support/fake_remote.h"

using namespace harden;
using harden::test::fake_hash;
using harden::test::FakeRemote;

TEST_CASE("an upload arrives under its name only once it is whole")
{
    FakeRemote node;
    node.here["/x"] = "bytes";
    SECTION("whole")
    {
        REQUIRE(upload_checked(node, "/x", fake_hash("bytes"), "/d/x"));
        CHECK(node.files == std::map<std::string, std::string>{{"/d/x", "bytes"}});
    }
    SECTION("cut off")
    {
        const auto sent = upload_checked(node, "/x", fake_hash("all the bytes"), "/d/x");
        REQUIRE_FALSE(sent);
        CHECK(sent.error().message.find("did not arrive whole") != std::string::npos);
        CHECK_FALSE(node.files.contains("/d/x"));
    }
}

TEST_CASE("a full disk is named with the remedy")
{
    FakeRemote node;
    node.answers["mkdir"] = {.status = 1, .err = "mkdir: No space left on device\n"};
    const auto made = write_record(node, "/d/x", "text");
    REQUIRE_FALSE(made);
    CHECK(made.error().hint.find("make room") != std::string::npos);
}

TEST_CASE("a lost connection is made again, a bounded number of times with growing pauses")
{
    FakeRemote node;
    std::vector<std::chrono::milliseconds> pauses;
    std::string said;
    PatientRemote patient{node, [&](auto pause) { pauses.push_back(pause); },
                          [&](auto text) { said += text; }};
    SECTION("it comes back")
    {
        node.losses_left = 2;
        CHECK(patient.execute({"true"}));
        CHECK(node.reconnections == 2);
        CHECK(pauses.size() == 2);
        CHECK(pauses[0] < pauses[1]);
        CHECK(said.find("lost; trying again") != std::string::npos);
    }
    SECTION("it does not")
    {
        node.losses_left = 1000;
        const auto answer = patient.execute({"true"});
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::TimedOut);
        CHECK(pauses.size() == 4);
    }
    SECTION("it cannot be reached at all")
    {
        node.losses_left = 1;
        node.can_reconnect = false;
        CHECK_FALSE(patient.execute({"true"}));
        CHECK(node.reconnections == 4);
    }
    SECTION("a refusal is no loss")
    {
        node.lock_holder = "bob";
        CHECK_FALSE(patient.lock("/run/x", "ann"));
        CHECK(pauses.empty());
    }
}
