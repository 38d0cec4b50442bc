#pragma once

#include "node/docker.h"

#include <functional>
#include <set>

namespace harden::test {

// An engine that answers what the test put in; stopped until `running` is set.
class FakeDocker final : public Docker {
public:
    bool running = true;
    ErrorKind stopped_as = ErrorKind::NotFound; // why it does not answer
    DockerInfo about;
    std::vector<Container> listed;
    std::map<std::string, ContainerDetails, std::less<>> details;
    std::vector<DockerNetwork> known_networks;
    std::vector<ImageSummary> known_images;
    std::map<std::string, ImageDetails, std::less<>> image_details; // by name
    std::set<std::string, std::less<>> imported;
    std::function<Result<RunOutcome>(const RunOnce&)> on_run;
    std::vector<RunOnce> ran;

    // A running container whose id is `number` in 64 digits.
    Container& add(int number, std::string name)
    {
        const auto digits = std::to_string(number);
        auto& container = listed.emplace_back();
        container.id = std::string(64 - digits.size(), '0') + digits;
        container.name = std::move(name);
        container.state = "running";
        details[container.id] = {.container = container, .runtime = "runc"};
        return container;
    }

    Result<DockerInfo> info() const override { return running ? about : stopped<DockerInfo>(); }
    Result<std::vector<Container>> containers() const override
    {
        return running ? listed : stopped<std::vector<Container>>();
    }
    Result<ContainerDetails> inspect(std::string_view id) const override
    {
        if (!running)
            return stopped<ContainerDetails>();
        for (const auto& [key, each] : details)
            if (!id.empty() && (key.starts_with(id) || each.container.name == id))
                return each;
        return Error{ErrorKind::NotFound, cat("docker says: no such container: ", id), {}};
    }
    Result<std::vector<DockerNetwork>> networks() const override
    {
        return running ? known_networks : stopped<std::vector<DockerNetwork>>();
    }
    Result<std::vector<ImageSummary>> images() const override
    {
        return running ? known_images : stopped<std::vector<ImageSummary>>();
    }
    Result<ImageDetails> image(std::string_view name) const override
    {
        if (!running)
            return stopped<ImageDetails>();
        const auto found = image_details.find(name);
        if (found == image_details.end())
            return Error{ErrorKind::NotFound, cat("docker says: No such image: ", name), {}};
        return found->second;
    }
    Result<> import_image(std::string_view name, std::string_view) override
    {
        if (!running)
            return stopped<Done>();
        imported.emplace(name);
        return done;
    }
    Result<> remove_image(std::string_view name) override
    {
        if (!running)
            return stopped<Done>();
        imported.erase(std::string{name});
        return done;
    }
    Result<> create_network(std::string_view name) override
    {
        if (!running)
            return stopped<Done>();
        known_networks.push_back({.name = std::string{name}, .driver = "bridge"});
        return done;
    }
    Result<> remove_network(std::string_view name) override
    {
        if (!running)
            return stopped<Done>();
        std::erase_if(known_networks, [&](const DockerNetwork& each) { return each.name == name; });
        return done;
    }
    Result<RunOutcome> run_once(const RunOnce& wanted) override
    {
        if (!running)
            return stopped<RunOutcome>();
        if (!imported.contains(wanted.image))
            return Error{
                ErrorKind::NotFound, cat("docker says: no such image: ", wanted.image), {}};
        ran.push_back(wanted);
        return on_run ? on_run(wanted) : RunOutcome{};
    }

private:
    template<class Value>
    Result<Value> stopped() const
    {
        return Error{stopped_as, "docker does not answer at /run/docker.sock",
                     "systemctl start docker"};
    }
};

}
