#pragma once

#include "node/container_actions.h"

#include <algorithm>
#include <vector>

namespace harden::test {

// Containers that are what was done to them.
class FakeContainerActions final : public ContainerActions {
public:
    struct State {
        std::string status = "running"; // "paused", "exited"
        double processors = 0;          // 0: no limit
    };
    std::map<std::string, State, std::less<>> containers; // by id
    std::map<std::string, Labels, std::less<>> images;    // by id
    std::vector<std::string> made;                        // "pause 0001"
    std::string broken;                                   // not empty: every change fails so

    Result<Labels> image_labels(std::string_view image_id) override
    {
        const auto found = images.find(image_id);
        if (found == images.end())
            return Error{ErrorKind::NotFound, "docker says: no such image", {}};
        return found->second;
    }
    Result<> limit_processors(std::string_view id, double processors) override
    {
        return change("limit", id, [&](State& state) -> Result<> {
            state.processors = processors;
            return done;
        });
    }
    Result<> pause(std::string_view id) override
    {
        return change("pause", id, [](State& state) { return move(state, "paused"); });
    }
    Result<> unpause(std::string_view id) override
    {
        return change("unpause", id, [](State& state) { return move(state, "running"); });
    }
    Result<> stop(std::string_view id, std::chrono::seconds) override
    {
        return change("stop", id, [](State& state) -> Result<> {
            state.status = "exited";
            return done;
        });
    }
    Result<> kill(std::string_view id) override
    {
        return change("kill", id, [](State& state) -> Result<> {
            state.status = "exited";
            return done;
        });
    }

private:
    static Result<> move(State& state, std::string to)
    {
        if (state.status == "exited")
            return Error{ErrorKind::Failed, "docker says: container is not running", {}};
        state.status = std::move(to);
        return done;
    }

    template<class Change>
    Result<> change(std::string_view what, std::string_view id, Change apply)
    {
        const auto found = containers.find(id);
        if (found == containers.end())
            return Error{ErrorKind::NotFound, cat("docker says: No such container: ", id), {}};
        if (!broken.empty())
            return Error{ErrorKind::Failed, broken, {}};
        made.push_back(cat(what, " ", id));
        return apply(found->second);
    }
};

}
