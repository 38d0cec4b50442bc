#pragma once

#include "base/result.h"
#include "system/descriptor.h"

#include <functional>

namespace harden {

// A network namespace without a name: it ends with the process at the latest.
class NetworkNamespace {
public:
    static Result<NetworkNamespace> create();
    static Result<NetworkNamespace> of_process(int process);

    int descriptor() const { return descriptor_.number(); }
    // Runs `work` in a thread inside the namespace. Sockets opened there stay there.
    Result<> inside(const std::function<Result<>()>& work) const;

private:
    explicit NetworkNamespace(Descriptor descriptor)
        : descriptor_{std::move(descriptor)}
    {
    }
    Descriptor descriptor_;
};

}
