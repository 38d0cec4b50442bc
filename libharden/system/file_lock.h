#pragma once

#include "node/host.h"
#include "system/descriptor.h"

namespace harden {

// Held by one process at a time, until it goes out of scope or its process ends.
class FileLock {
public:
    // TimedOut where another process keeps it.
    static Result<FileLock> take(const Path& file, std::chrono::milliseconds patience);

private:
    explicit FileLock(Descriptor descriptor)
        : descriptor_{std::move(descriptor)}
    {
    }
    Descriptor descriptor_;
};

// Adds whole text at the end of a file, which is made (0640) where it is missing: two writers
// cannot mix their lines.
Result<> append(const Path& file, std::string_view text);

}
