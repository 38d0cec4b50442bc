#pragma once

#include "steps/fleet_screen.h"

#include <optional>

namespace harden {

// Of the terminal that standard error is; none where it is none, or one that cannot move its
// cursor.
std::optional<Window> conversation_window();
Colour conversation_colour(); // standard error is a terminal and NO_COLOR is not set

}
