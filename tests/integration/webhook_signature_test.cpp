#include "support/catch.hpp"
#include "system/webhook_signature.h"

using namespace harden;

// The example that implementations of Standard Webhooks are tested with.
static constexpr auto secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
static constexpr auto signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

static Result<std::string> signed_with(std::string_view secrets)
{
    return webhook_signature(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                             R"({"test": 2432232314})");
}

TEST_CASE("a message is signed as Standard Webhooks has it")
{
    const auto one = signed_with(cat(secret, "\n"));
    REQUIRE(one);
    CHECK(*one == signature);
    const auto other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const auto two = signed_with(cat(secret, "\n\n", other, "\n"));
    REQUIRE(two);
    CHECK(two->starts_with(cat(signature, " v1,")));
}

TEST_CASE("what is no secret is refused and not quoted")
{
    for (const auto* bad :
         {"", "\n", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!!",
          "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
        INFO(bad);
        const auto refused = signed_with(bad);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find("MfKQ") == std::string::npos);
    }
}
