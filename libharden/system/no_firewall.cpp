#include "system/local_node.h"

#include <unistd.h>

namespace harden {

namespace {

Error unsupported()
{
    return {ErrorKind::Unsupported, "this tool does not look at the packet filter", {}};
}

class NoFirewall final : public Firewall {
public:
    Result<std::vector<std::string>> backends() const override { return unsupported(); }
    Result<std::vector<RuleDrift>> difference(const Ruleset&) const override
    {
        return unsupported();
    }
    Result<std::vector<RuleHits>> hits() const override { return unsupported(); }
    Result<std::vector<SourceHits>> hits_by_source() const override { return unsupported(); }
    Result<> replace(const Ruleset&) override { return unsupported(); }
    Result<> remove() override { return unsupported(); }
    Result<std::vector<RuleDrift>> inbound_difference(const std::string&) const override
    {
        return unsupported();
    }
    Result<std::vector<RuleHits>> inbound_hits() const override { return unsupported(); }
    Result<> replace_inbound(const std::string&) override { return unsupported(); }
};

}

std::unique_ptr<Firewall> no_firewall()
{
    return std::make_unique<NoFirewall>();
}

Result<> require_root()
{
    if (geteuid() == 0)
        return done;
    return Error{ErrorKind::Denied, "this needs root", "run it with sudo"};
}

}
