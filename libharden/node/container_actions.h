#pragma once

#include "base/result.h"

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace harden {

// What can be done about a running container. Each is done once however often it is asked for;
// NotFound: there is no such container any more.
class ContainerActions {
public:
    using Labels = std::map<std::string, std::string, std::less<>>;

    ContainerActions() = default;
    ContainerActions(const ContainerActions&) = delete;
    ContainerActions& operator=(const ContainerActions&) = delete;
    virtual ~ContainerActions() = default;

    // The labels that an image gives each container made of it.
    virtual Result<Labels> image_labels(std::string_view image_id) = 0;

    virtual Result<> limit_processors(std::string_view id, double processors) = 0;
    virtual Result<> pause(std::string_view id) = 0; // its processes stay as they are
    virtual Result<> unpause(std::string_view id) = 0;
    // Asks its processes to end and kills what has not ended after `grace`.
    virtual Result<> stop(std::string_view id, std::chrono::seconds grace) = 0;
    virtual Result<> kill(std::string_view id) = 0;
};

}
