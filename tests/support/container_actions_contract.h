#pragma once

#include "node/container_actions.h"
#include "support/catch.hpp"

#include <functional>

namespace harden::test {

// What every engine keeps that runs a container `id` and has none called `absent`; `state_of` tells
// "running", "paused", "exited".
inline void keeps_the_contract(ContainerActions& actions, const std::string& id,
                               const std::string& absent,
                               const std::function<std::string()>& state_of)
{
    const auto succeeds = [](const Result<>& result) {
        INFO((result ? std::string{} : result.error().message));
        CHECK(result);
    };
    succeeds(actions.limit_processors(id, 0.2));
    succeeds(actions.limit_processors(id, 0.1));
    succeeds(actions.pause(id));
    CHECK(state_of() == "paused");
    succeeds(actions.pause(id));
    succeeds(actions.unpause(id));
    CHECK(state_of() == "running");
    succeeds(actions.unpause(id));
    succeeds(actions.pause(id));
    succeeds(actions.stop(id, std::chrono::seconds{1})); // also one that is paused
    CHECK(state_of() == "exited");
    succeeds(actions.stop(id, std::chrono::seconds{1}));
    succeeds(actions.kill(id));
    CHECK_FALSE(actions.pause(id));
    for (const auto& result :
         {actions.pause(absent), actions.unpause(absent), actions.kill(absent),
          actions.limit_processors(absent, 1), actions.stop(absent, std::chrono::seconds{1})})
        CHECK(result.is_absent());
    CHECK(actions.image_labels("sha256:" + std::string(64, '0')).is_absent());
}

}
