#include "usage/look_changes.h"

namespace harden {

static std::string line(const Look& look, std::string_view name, std::string_view was,
                        const Judgement& now)
{
    return cat(look.time, " ", escaped(name), ": ", was, " -> ", name_of(now.verdict), ", ",
               std::to_string(now.score), " points\n");
}

std::string LookChanges::after(const Look& look)
{
    std::map<std::string, MinerVerdict, std::less<>> verdicts;
    std::string text;
    const auto tell = [&](const std::string& id, std::string_view name, const Judgement& now) {
        const auto before = verdicts_.find(id);
        const auto was = before == verdicts_.end() ? MinerVerdict::Ok : before->second;
        const bool is_new = before == verdicts_.end();
        if (was != now.verdict)
            text += line(look, name, is_new ? "new" : name_of(was), now);
        verdicts[id] = now.verdict;
    };
    for (const auto& each : look.sightings)
        tell(each.container.id, each.container.name, each.judgement);
    for (const auto& each : look.unowned)
        tell(each.path, each.path, each.judgement);
    verdicts_ = std::move(verdicts);
    return text;
}

}
