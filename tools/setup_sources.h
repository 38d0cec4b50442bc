#pragma once

#include "setup_options.h"

#include <map>
#include <mutex>

namespace harden {

// What there is to install, looked at once whichever hosts ask for it.
class SetupSources {
public:
    explicit SetupSources(const SetupOptions& options)
        : options_{options}
    {
    }

    Result<Sources> for_node(Host& here, const NodeFacts& facts, const Path& scratch);

private:
    Result<Source> look(const Host& here, const Path& path);
    Result<Path> package_for(const Host& here, const NodeFacts& facts) const;

    const SetupOptions& options_;
    std::mutex turn_;
    std::map<Path, Source> seen_;
};

}
