#pragma once

#include "usage/action_rules.h"
#include "usage/look.h"

namespace harden {

// What a look means for each container beyond its own use: who is exempt, how often it was seen so,
// and that one which we have paused is what it was when it was paused. Changes the sightings, the
// tracks that are kept, and the look's count of findings, in which exempt ones are none.
void settle(Look& look, const ActionRules& rules, TimePoint now, const ImageHasLabel& image_has);

// What the actions go by: one that abuses the network is dealt with as a suspect is.
MinerVerdict dealt_with_as(const Sighting& sighting);

// Whether this container is paused because we paused it.
bool is_paused_by_us(const Container& container, const Standing& standing);

}
