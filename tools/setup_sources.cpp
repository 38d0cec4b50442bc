#include "setup_sources.h"

#include "checks/check.h"
#include "checks/waivers.h"
#include "steps/provision_bundle.h"
#include "system/this_process.h"

namespace harden {

Result<Source> SetupSources::look(const Host& here, const Path& path)
{
    const std::lock_guard held{turn_};
    if (const auto known = seen_.find(path); known != seen_.end())
        return known->second;
    auto source = TRY(look_at_source(here, path));
    seen_.emplace(path, source);
    return source;
}

Result<Path> SetupSources::package_for(const Host& here, const NodeFacts& facts) const
{
    if (!options_.package.empty())
        return Path{options_.package};
    const auto beside = directory_of_this_program();
    return find_package(here, {beside / "..", beside, "."}, HARDEN_VERSION, facts.architecture);
}

Result<Sources> SetupSources::for_node(Host& here, const NodeFacts& facts, const Path& scratch)
{
    if (!options_.waivers.empty())
        TRY(parse_waivers(TRY(here.read(options_.waivers)), options_.waivers, all_checks()));
    const auto package =
        TRY(options_.bundle.empty() ? package_for(here, facts)
                                    : package_in_bundle(here, options_.bundle, facts, scratch));
    return Sources{.package = TRY(look(here, package).during("the package")),
                   .bundle = TRY(look(here, options_.bundle).during("the bundle")),
                   .gvisor = TRY(look(here, options_.gvisor).during("the gVisor release")),
                   .waivers = TRY(look(here, options_.waivers).during("the waivers")),
                   .scratch = scratch};
}

}
