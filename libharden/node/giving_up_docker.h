#pragma once

#include "node/docker.h"

#include <mutex>
#include <optional>

namespace harden {

// Another Docker that is asked no more once it has let a question time out: a daemon that hangs
// costs one wait, not one a question. Several threads may ask: until it has answered once they
// wait for the one that was first.
class GivingUpDocker final : public Docker {
public:
    explicit GivingUpDocker(Docker& real)
        : real_{real}
    {
    }

    Result<DockerInfo> info() const override;
    Result<DockerInfo> ping() const override;
    Result<std::vector<Container>> containers() const override;
    Result<ContainerDetails> inspect(std::string_view id) const override;
    Result<std::vector<DockerNetwork>> networks() const override;
    Result<std::vector<ImageSummary>> images() const override;
    Result<ImageDetails> image(std::string_view name) const override;
    Result<> import_image(std::string_view name, std::string_view tar) override;
    Result<> remove_image(std::string_view name) override;
    Result<> create_network(std::string_view name) override;
    Result<> remove_network(std::string_view name) override;
    Result<RunOutcome> run_once(const RunOnce& wanted) override;

private:
    template<class Ask>
    auto unless_given_up(Ask ask) const -> decltype(ask());

    Docker& real_;
    mutable std::mutex turn_;
    mutable bool answers_ = false;
    mutable std::optional<Error> why_;
};

}
