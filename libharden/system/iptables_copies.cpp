#include "system/iptables_copies.h"

#include "system/xt_copy.h"

namespace harden {

namespace {

struct Looked {
    XtFilter is;
    XtWanted wanted;
};

}

// Docker makes DOCKER-USER for IPv4 wherever it writes through this back end at all.
static Result<bool> is_served(const XtBackend& backend)
{
    const auto filter = TRY(backend.look(XtFamily::V4));
    return filter && filter->has_docker_user;
}

static Result<std::vector<Looked>> look(const XtBackend& backend, const Ruleset& ruleset)
{
    bool served = false;
    std::vector<Looked> all;
    for (const auto family : xt_families) { // IPv4 comes first and decides
        auto filter = TRY(backend.look(family));
        if (!filter)
            continue;
        if (family == XtFamily::V4)
            served = filter->has_docker_user;
        Looked looked{*std::move(filter), {.family = family}};
        if (served)
            looked.wanted.copy = TRY(xt_copy(ruleset, family));
        looked.wanted.own_jump =
            family == XtFamily::V6 && !looked.wanted.copy.chains.empty() && !looked.is.is_hooked;
        all.push_back(std::move(looked));
    }
    return all;
}

static std::vector<RuleDrift> difference_of(const std::string& backend, const Looked& looked)
{
    auto found = copy_difference(backend, looked.wanted.family, looked.is.copy, looked.wanted.copy);
    const bool has_jump = looked.is.made != Made::Nothing;
    if (has_jump == looked.wanted.own_jump)
        return found;
    const auto jump = cat("-j ", docker_user_chain);
    found.push_back({backend, name_of(looked.wanted.family), forward_chain, has_jump ? jump : "",
                     has_jump ? "" : jump});
    return found;
}

IptablesCopies::IptablesCopies()
    : all_{nft_backend(), legacy_backend()}
{
}

Result<std::vector<std::string>> IptablesCopies::backends() const
{
    std::vector<std::string> live;
    for (const auto& backend : all_)
        if (TRY(is_served(backend)))
            live.push_back(backend.name);
    return live;
}

Result<std::vector<RuleDrift>> IptablesCopies::difference(const Ruleset& wanted) const
{
    std::vector<RuleDrift> found;
    for (const auto& backend : all_)
        for (const auto& looked : TRY(look(backend, wanted).during(backend.name)))
            for (auto& drift : difference_of(backend.name, looked))
                found.push_back(std::move(drift));
    return found;
}

Result<> IptablesCopies::replace(const Ruleset& wanted)
{
    for (const auto& backend : all_) {
        std::vector<XtWanted> changed;
        for (auto& looked : TRY(look(backend, wanted).during(backend.name)))
            if (!difference_of(backend.name, looked).empty())
                changed.push_back(std::move(looked.wanted));
        if (!changed.empty())
            TRY(backend.write(changed).during(backend.name));
    }
    return done;
}

}
