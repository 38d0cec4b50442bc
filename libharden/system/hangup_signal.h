#pragma once

#include "base/result.h"
#include "system/descriptor.h"

namespace harden {

// SIGHUP as something to wait for instead of an end: "look at everything again".
class HangupSignal {
public:
    static Result<HangupSignal> open();

    int descriptor() const { return descriptor_.number(); }
    bool hear(); // whether one came; does not block

private:
    explicit HangupSignal(Descriptor descriptor)
        : descriptor_{std::move(descriptor)}
    {
    }
    Descriptor descriptor_;
};

}
