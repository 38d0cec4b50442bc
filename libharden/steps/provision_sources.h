#pragma once

#include "node/host.h"
#include "steps/provision_facts.h"

namespace harden {

// A file, or a directory of files, on the operator's machine.
struct Source {
    Path path; // empty: not given
    bool is_directory = false;
    std::uint64_t size = 0;  // bytes
    std::string fingerprint; // SHA-256; of a directory: of its files' hashes and names
};

struct Sources {
    Source package;
    Source bundle; // the package with the libraries that it needs; not given: a mirror has them
    Source gvisor;
    Source waivers;
    Path scratch; // a private directory on the operator's machine
};

Result<Source> look_at_source(const Host& here, const Path& path);

// The package for a node of this architecture among the places where a build leaves it.
Result<Path> find_package(const Host& here, const std::vector<Path>& directories,
                          std::string_view version, std::string_view architecture);

// "0.1.0" of harden_0.1.0_amd64.deb; empty where the name does not say.
std::string package_version(const Path& package);

// Enough room on the node for what is to be copied there; else an error with the remedy.
Result<> check_room(const NodeFacts& facts, const Sources& sources);

bool package_is_current(const NodeFacts& facts, const Source& package);
bool gvisor_is_current(const NodeFacts& facts, const Source& gvisor);

}
