#pragma once

#include <functional>

namespace harden {

// From now on the first SIGINT is only remembered and told, so that what is at work can be
// finished; the second ends the process. Children that are started later do not get it from the
// terminal. To be called before there are threads.
void hold_interruptions(std::function<void()> told);
bool was_interrupted();

}
