#pragma once

#include "dockerfile/dockerfile.h"
#include "dockerfile/ignore_rules.h"
#include "node/host.h"

namespace harden {

inline constexpr std::size_t most_copied_files = 10'000;

// What COPY and ADD take from the build context: not from another stage or image, not a heredoc, no
// address of a network.
struct CopySource {
    std::string text;       // as written, without quotes; its variables stand as they are
    std::size_t offset = 0; // in the Dockerfile
    std::uint16_t stage = 0;
};
std::vector<CopySource> copy_sources(const Dockerfile& file);

// The .dockerignore that counts for a Dockerfile: its own "NAME.dockerignore", else the context's.
DockerIgnore docker_ignore_of(const Host& host, const Path& context, const Path& dockerfile);

// A file of the context that one of the sources takes.
struct CopiedFile {
    std::string path;       // below the context
    std::size_t source = 0; // its number among the sources
};
// In the order of their names. Links are not followed; of more than `most_copied_files` the rest is
// left out, which `is_cut` says.
struct CopiedFiles {
    std::vector<CopiedFile> files;
    bool is_cut = false;
};
CopiedFiles copied_files(const Host& host, const Path& context, const DockerIgnore& ignore,
                         std::span<const CopySource> sources);

struct CopiedScript {
    std::string path;
    std::string text;
};
// Of each script: whether its file's name stands in an instruction of the Dockerfile or in a script
// that is named itself. What is only copied along with its folder is most often never started.
std::vector<bool> named_scripts(const Dockerfile& file, std::span<const CopiedScript> scripts);

}
