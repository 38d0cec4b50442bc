#include "system/xt_backend.h"

#include "system/xt_blocks.h"

namespace harden {

std::string tag_of(Made made)
{
    switch (made) {
    case Made::Nothing:
        return {};
    case Made::Jump:
        return cat(our_tag, "jump");
    case Made::ChainAndJump:
        return cat(our_tag, "chain-and-jump");
    case Made::TableChainAndJump:
        return cat(our_tag, "table-chain-and-jump");
    }
    return {};
}

Made made_by(const XtRule& jump)
{
    for (const auto made : {Made::Jump, Made::ChainAndJump, Made::TableChainAndJump})
        if (comment_of(jump) == tag_of(made))
            return made;
    return Made::Nothing;
}

Made already_made(const XtFilter& filter)
{
    return filter.made == Made::Nothing && filter.is_all_ours ? Made::ChainAndJump : filter.made;
}

XtRule own_jump(Made made)
{
    return {.matches = {xt_comment(tag_of(made))}, .verdict = docker_user_chain};
}

bool leads_to_docker_user(const XtRule& rule)
{
    return rule.verdict == docker_user_chain;
}

}
