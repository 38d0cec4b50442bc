#pragma once

#include "steps/provision_steps.h"

namespace harden {

// A bundle is a tar of the package, of the libraries that a minimal system with Docker lacks for
// it, of apt's index of both (Packages), and of this description (bundle.txt).
struct BundleDescription {
    std::string suite;
    std::string architecture;
    std::string package; // the name of its file
};
Result<BundleDescription> parse_bundle_description(std::string_view text);

// The package in it, unpacked to `scratch`; an error where the bundle is for other nodes.
Result<Path> package_in_bundle(Host& here, const Path& bundle, const NodeFacts& facts,
                               const Path& scratch);

// Installs the package with apt from the bundle alone, and leaves the package's file at `arrived`.
Result<> install_from_bundle(const Provisioning& with, const std::string& arrived);

}
