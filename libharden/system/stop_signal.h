#pragma once

#include "base/result.h"
#include "system/descriptor.h"

#include <chrono>

namespace harden {

// SIGINT and SIGTERM as something to wait for, so that what was begun is ended first.
class StopSignal {
public:
    static Result<StopSignal> open();

    // Whether one came, within `patience`.
    bool comes_within(std::chrono::nanoseconds patience) const;

private:
    explicit StopSignal(Descriptor descriptor)
        : descriptor_{std::move(descriptor)}
    {
    }
    Descriptor descriptor_;
};

}
