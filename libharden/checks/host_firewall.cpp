#include "checks/check.h"

#include <algorithm>

namespace harden {

static bool judges(const InboundChain& chain, std::string_view family)
{
    return chain.family == family || chain.family == "inet";
}

static Result<Outcome> default_deny(const Facts& facts)
{
    if (!facts.probes().inbound)
        return Error{ErrorKind::Unsupported, "the packet filter was not read", {}};
    const auto chains = TRY(facts.probes().inbound());
    std::vector<std::string> closing;
    std::vector<std::string> open;
    for (const auto* family : {"ip", "ip6"}) {
        const auto found = std::ranges::find_if(chains, [&](const InboundChain& chain) {
            return chain.denies && judges(chain, family);
        });
        const auto* name = std::string_view{family} == "ip" ? "IPv4" : "IPv6";
        if (found == chains.end())
            open.emplace_back(name);
        else
            closing.push_back(cat(name, " by ", found->family, " ", escaped(found->name, 80)));
    }
    if (!open.empty())
        return fail(cat(join(open, " and "), " accept what no rule names"));
    return pass(join(closing, ", "));
}

std::vector<Check> host_firewall_checks()
{
    return {{.id = "firewall.default-deny",
             .group = "Host Firewall",
             .title = "Inbound traffic is denied unless allowed",
             .severity = Severity::High,
             .profile = Profile::Full,
             .remedy = "harden firewall apply",
             .map = {"CIS-Ubuntu-4.2.7"},
             .look = default_deny}};
}

}
