#pragma once

#include "node/canary.h"
#include "node/host.h"

#include <chrono>

namespace harden {

// What verification asks of a Docker Engine for its canaries. Their image and their label are
// nobody else's: whatever carries them is ours to remove.
class CanaryEngine {
public:
    static Result<CanaryEngine> connect();

    Result<> import_image(std::string_view tar) const;
    Result<> create(std::string_view name, const CanaryOrder& order,
                    const std::vector<std::string>& task) const;
    Result<> start(std::string_view name) const;
    Result<std::string> output(std::string_view name) const;
    Result<ContainerDetails> inspect(std::string_view name) const;
    // Lets it go on after it has said that it is ready.
    Result<> permit(std::string_view name) const;

    struct End {
        int status = -1;
        bool was_out_of_memory = false;
    };
    Result<End> await_end(std::string_view name, std::chrono::milliseconds patience) const;
    Result<> remove(std::string_view name) const;
    // All containers of ours and the image; says how many things there were.
    Result<int> remove_all() const;

private:
    CanaryEngine(Path socket, std::string version)
        : socket_{std::move(socket)}
        , version_{std::move(version)}
    {
    }
    struct Reply;
    Result<Reply> ask(std::string_view method, std::string_view target, std::string_view body = {},
                      std::chrono::milliseconds patience = std::chrono::seconds{10}) const;
    Result<std::string> answer(std::string_view method, std::string_view target,
                               std::string_view body = {},
                               std::chrono::milliseconds patience = std::chrono::seconds{10}) const;

    Path socket_;
    std::string version_;
};

}
