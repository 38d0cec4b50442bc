#include "conditions.h"

namespace harden::offline {

static int sometimes(Random& random, double share, int looks)
{
    const auto at = random.whole(2, looks - 2);
    return random.chance(share) ? at : -1;
}

static void draw_crowd(Conditions& conditions, Random& random, int looks)
{
    if (!random.chance(0.25))
        return;
    const auto is_for_good = random.chance(0.3);
    conditions.crowded_from = is_for_good ? 0 : random.whole(0, looks / 2);
    conditions.crowded_until =
        is_for_good ? looks : conditions.crowded_from + random.whole(6, looks / 2);
    conditions.granted = random.between(0.3, 0.85);
}

static void draw_gaps(Conditions& conditions, Random& random, int looks)
{
    conditions.missed_from = sometimes(random, 0.1, looks - 4);
    conditions.missed_until = conditions.missed_from + random.whole(1, 3);
    conditions.unread_from = sometimes(random, 0.1, looks);
    if (conditions.unread_from < 0)
        return;
    conditions.unread = random.whole(0, files - 1);
    conditions.unread_until = conditions.unread_from + random.whole(1, 3);
    if (random.chance(0.3)) {
        conditions.unread_from = 0;
        conditions.unread_until = looks;
    }
}

Conditions draw_conditions(Random& random, int looks)
{
    Conditions conditions{.is_version_1 = random.chance(0.2),
                          .counts_refusals = random.chance(0.8),
                          .tracks_flows = random.chance(0.92)};
    draw_crowd(conditions, random, looks);
    draw_gaps(conditions, random, looks);
    conditions.restart = sometimes(random, 0.06, looks);
    conditions.reset = sometimes(random, 0.01, looks);
    conditions.reboot = sometimes(random, 0.02, looks);
    conditions.other_process = sometimes(random, 0.01, looks);
    conditions.clock_jump = sometimes(random, 0.03, looks);
    conditions.too_soon = sometimes(random, 0.03, looks);
    conditions.new_quota = sometimes(random, 0.04, looks);
    conditions.quota_factor = random.pick({0.5, 2.0});
    return conditions;
}

}
