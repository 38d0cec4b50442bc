#include "checks/canary.h"

#include "gvisor/prove.h"

namespace harden {

static constexpr auto image = "harden-verify-canary:latest";
static constexpr auto file = "canary";

Canary canary_of(Docker& docker, std::string program)
{
    return [&docker,
            archive = tar_of(file, program)](const std::string& runtime) -> Result<RunOutcome> {
        TRY(docker.import_image(image, archive).during("import the canary"));
        auto outcome = docker.run_once(
            {.image = image, .command = {cat("/", file)}, .runtime = runtime, .network = "bridge"});
        TRY(docker.remove_image(image).during("remove the canary's image"));
        return std::move(outcome).during("run the canary");
    };
}

}
