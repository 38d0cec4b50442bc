#pragma once

#include "steps/provision.h"
#include "steps/provision_remote.h"
#include "support/catch.hpp"
#include "support/fake_host.h"
#include "support/fake_remote.h"

#include <algorithm>

namespace harden::test {

// An operator with a package, a release of gVisor and waivers, and the node behind the wire.
struct Operator {
    FakeHost here;
    FakeRemote node;
    ProvisionRequest request{.node = "node7", .profile = "auto", .owner = "ann@laptop"};
    bool has_gvisor = true;
    Path bundle; // empty: none
    std::vector<std::string> seen;

    Operator()
    {
        for (const auto& [name, contents] : {std::pair{"/op/harden_0.1.0_amd64.deb", "deb"},
                                             {"/op/gvisor.tar.bz2", "tar"},
                                             {"/op/gvisor.tar.bz2.sha512", "sum"},
                                             {"/op/waivers.toml", "version = 1"}}) {
            here.with_file(name, contents);
            here.answering({"sha256sum", name},
                           {.out = cat(fake_hash(contents), "  ", name, "\n")});
            node.here[name] = contents;
        }
    }

    Result<ProvisionOutcome> run()
    {
        const auto sources = [this](const NodeFacts&) -> Result<Sources> {
            return Sources{.package = TRY(look_at_source(here, "/op/harden_0.1.0_amd64.deb")),
                           .bundle = TRY(look_at_source(here, bundle)),
                           .gvisor =
                               TRY(look_at_source(here, has_gvisor ? "/op/gvisor.tar.bz2" : "")),
                           .waivers = TRY(look_at_source(here, "/op/waivers.toml"))};
        };
        seen.clear();
        const ProvisionObserver observer{
            .facts = [](const NodeFacts&, std::string_view) {},
            .begins = [](std::size_t, std::size_t, std::string_view) {},
            .ends =
                [this](std::size_t, std::size_t, const StepReport& step) {
                    seen.push_back(cat(step.name, " ", name_of(step.state)));
                }};
        PatientRemote patient{node, [](std::chrono::milliseconds) {}, [](std::string_view) {}};
        return provision(patient, here, sources, request, observer);
    }
};

inline std::vector<std::string> all(const std::string& state)
{
    std::vector<std::string> words;
    for (const auto* name : {"package", "profile", "egress", "gvisor", "daemonjson", "detector"})
        words.push_back(cat(name, " ", state));
    return words;
}

inline bool holds(const std::vector<std::string>& words, const std::string& part)
{
    return std::ranges::any_of(
        words, [&](const auto& word) { return word.find(part) != std::string::npos; });
}

}
