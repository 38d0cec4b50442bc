#include "gvisor/names.h"

#include "gvisor/prove.h"

namespace harden {

static constexpr auto network = "harden-names-trial";
static constexpr auto image = "harden-canary:latest";
static constexpr auto control = "runc";

static Result<bool> is_answered(Node& node, std::string_view runtime)
{
    const auto outcome = TRY(node.docker().run_once({.image = image,
                                                     .command = {"/canary", "names"},
                                                     .runtime = std::string{runtime},
                                                     .network = network}));
    const auto said = trim(outcome.out);
    if (outcome.status != 0 || (said != "answered" && said != "silent"))
        return Error{ErrorKind::Failed,
                     cat("the canary on a user-defined network says ", escaped(said, 200)),
                     {}};
    return said == "answered";
}

static Result<Names> asked(Node& node, std::string_view runtime)
{
    const auto at_first = TRY(is_answered(node, control).during("ask from a container of runc"));
    if (!at_first)
        return Error{
            ErrorKind::Failed, "Docker's resolver does not answer a container of runc either", {}};
    const bool second = TRY(is_answered(node, runtime).during(cat("ask from one of ", runtime)));
    return second ? Names::Resolve : Names::DoNotResolve;
}

Result<Names> names_on_user_network(Node& node, std::string_view runtime, std::string_view canary)
{
    TRY(node.docker().import_image(image, tar_of("canary", canary)).during("import the canary"));
    TRY(node.docker().remove_network(network)); // of a run that was killed
    TRY(node.docker().create_network(network).during("make a network"));
    auto names = asked(node, runtime);
    TRY(node.docker().remove_network(network).during("remove the network"));
    TRY(node.docker().remove_image(image).during("remove the canary's image"));
    return names;
}

std::string explain_names(std::string_view runtime)
{
    return cat("names do not resolve in containers of ", runtime,
               " on user-defined networks: Docker's resolver is at 127.0.0.11 in the container's "
               "network namespace, and gVisor's own network stack does not reach that "
               "(google/gvisor#7469). Use the default bridge, or give the container a resolver "
               "that it can reach: --volume FILE:/etc/resolv.conf:ro. --network=host would give "
               "up the isolation");
}

}
