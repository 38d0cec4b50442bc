#pragma once

#include "node/docker.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace harden::test {

// A Docker Engine in memory. Tests fill it and read back what was done to it.
class FakeDocker final : public Docker {
public:
    DockerInfo daemon{.version = "20.10.24",
                      .api_version = "1.41",
                      .default_runtime = "runc",
                      .runtimes = {{"runc", "runc"}},
                      .cgroup_driver = "cgroupfs",
                      .cgroup_version = "1",
                      .root_dir = "/var/lib/docker",
                      .logging_driver = "json-file"};
    std::vector<ContainerDetails> all; // in any state
    std::vector<DockerNetwork> known_networks;
    std::map<std::string, std::string, std::less<>> images; // name to tar
    std::vector<RunOnce> ran;
    // What a container that runs once does; the default says nothing and ends well.
    std::function<Result<RunOutcome>(const RunOnce&)> on_run = [](const RunOnce&) {
        return Result<RunOutcome>{RunOutcome{}};
    };
    std::optional<Error> trouble; // the answer to every question

    // A running container; ids are the number in 64 digits.
    ContainerDetails& add(std::string name, int pid = 0)
    {
        auto number = std::to_string(all.size() + 1);
        ContainerDetails details{.runtime = "runc", .network_mode = "bridge", .pid = pid};
        details.container = {.id = std::string(64 - number.size(), '0') + number,
                             .name = std::move(name),
                             .image = "lab",
                             .state = "running"};
        all.push_back(std::move(details));
        return all.back();
    }

    Result<DockerInfo> info() const override
    {
        if (trouble)
            return *trouble;
        return daemon;
    }

    Result<std::vector<Container>> containers() const override
    {
        if (trouble)
            return *trouble;
        std::vector<Container> live;
        for (const auto& each : all)
            if (each.container.state == "running" || each.container.state == "paused")
                live.push_back(each.container);
        return live;
    }

    Result<ContainerDetails> inspect(std::string_view id) const override
    {
        if (trouble)
            return *trouble;
        const auto wanted = [id](const ContainerDetails& each) {
            return each.container.name == id || (!id.empty() && each.container.id.starts_with(id));
        };
        const auto found = std::find_if(all.begin(), all.end(), wanted);
        if (found == all.end())
            return no_such("container", id);
        return *found;
    }

    Result<std::vector<DockerNetwork>> networks() const override
    {
        if (trouble)
            return *trouble;
        return known_networks;
    }

    Result<> import_image(std::string_view name, std::string_view tar) override
    {
        if (trouble)
            return *trouble;
        images.emplace(name, tar);
        return done;
    }

    Result<> remove_image(std::string_view name) override
    {
        if (trouble)
            return *trouble;
        if (const auto found = images.find(name); found != images.end())
            images.erase(found);
        return done;
    }

    Result<RunOutcome> run_once(const RunOnce& wanted) override
    {
        if (trouble)
            return *trouble;
        if (!images.contains(wanted.image))
            return no_such("image", wanted.image);
        ran.push_back(wanted);
        return on_run(wanted);
    }

private:
    static Error no_such(std::string_view kind, std::string_view name)
    {
        return {ErrorKind::NotFound, cat("docker says: no such ", kind, ": ", name), {}};
    }
};

}
