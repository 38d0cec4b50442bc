#pragma once

#include "base/result.h"

#include <functional>

namespace harden {

// A network namespace without a name: it ends with the process at the latest.
class NetworkNamespace {
public:
    static Result<NetworkNamespace> create();
    NetworkNamespace(NetworkNamespace&& other) noexcept;
    NetworkNamespace& operator=(NetworkNamespace&&) = delete;
    ~NetworkNamespace();

    int descriptor() const { return descriptor_; }
    // Runs `work` in a thread inside the namespace. Sockets opened there stay there.
    Result<> inside(const std::function<Result<>()>& work) const;

private:
    explicit NetworkNamespace(int descriptor)
        : descriptor_{descriptor}
    {
    }
    int descriptor_ = -1;
};

}
