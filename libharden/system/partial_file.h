#pragma once

#include "node/host.h"
#include "system/descriptor.h"

namespace harden {

// A file that grows as bytes come, under a name of its own until it is whole.
class PartialFile {
public:
    // Opens what an earlier try has left, or a new one; missing directories are made.
    static Result<PartialFile> open(const Path& file);

    std::uint64_t size() const { return size_; }
    Result<> start_over();
    // Before the bytes come: an Error where the file system has no room for so many more.
    Result<> expect(std::uint64_t more);
    Result<> append(std::string_view bytes);
    Result<> finish(const Path& as); // fsynced, then renamed

private:
    PartialFile(Path file, Descriptor descriptor, std::uint64_t size);
    Error failed(int problem); // a full disk is not kept full

    Path file_;
    Descriptor descriptor_;
    std::uint64_t size_ = 0; // bytes
};

}
