#pragma once

#include "steps/ssh.h"
#include "steps/step.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

namespace harden::test {

inline OperatorLogin login_of(const std::string& user)
{
    return {.user = user, .connection = {.user = user}};
}

inline Step step_of(const FakeHost& host, const std::string& user = "root")
{
    return ssh_step(*ssh_policy_from(*ssh_settings(host)), login_of(user));
}

inline Result<StepOutcome> harden_ssh(FakeNode& fake)
{
    return apply(step_of(fake.host), fake.node, Arming{});
}

inline std::string refusal(FakeNode& fake, const std::string& user = "root")
{
    const auto before = fake.host.files();
    const auto outcome = apply(step_of(fake.host, user), fake.node, Arming{});
    REQUIRE_FALSE(outcome);
    CHECK(fake.host.files() == before);
    CHECK(fake.host.made.empty());
    INFO(outcome.error().message);
    return cat(outcome.error().message, "\n", outcome.error().hint);
}

}
