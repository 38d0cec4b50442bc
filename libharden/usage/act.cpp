#include "usage/act.h"

#include "usage/action_events.h"
#include "usage/action_standing.h"

namespace harden {

// One question an image, however many containers are made of it.
static ImageHasLabel asking(ContainerActions& actions)
{
    using Known = std::map<std::string, Result<ContainerActions::Labels>, std::less<>>;
    return [&actions, known = Known{}](std::string_view image_id,
                                       std::string_view label) mutable -> Result<bool> {
        auto found = known.find(image_id);
        if (found == known.end())
            found = known.emplace(image_id, actions.image_labels(image_id)).first;
        const auto labels = TRY(found->second);
        const auto equals = label.find('=');
        const auto value = labels.find(label.substr(0, equals));
        return value != labels.end() && value->second == label.substr(equals + 1);
    };
}

Result<std::vector<Decision>> consider(Look& look, const Host& host, ContainerActions& actions,
                                       const ActionRules& rules)
{
    const auto now = TRY(host.now()).wall;
    settle(look, rules, now, asking(actions));
    return decide(look, rules, now);
}

Result<std::vector<std::string>> act(Look& look, Host& host, ContainerActions& actions,
                                     const ActionRules& rules, const Keep& keep)
{
    const auto decisions = TRY(consider(look, host, actions, rules));
    const auto clock = TRY(host.now());
    if (announce(look, decisions, clock.wall))
        TRY(keep(look.next));
    carry_out(look, decisions, rules, actions);
    return queue_events(host, look, decisions, rules.webhook);
}

}
