#pragma once

#include <string>

namespace harden::test {

// Moves this process into an empty network namespace of its own. False, with a line that begins
// with "SKIPPED:", where it may not.
bool enter_private_network();

// Runs a shell line, as an operator would, and gives what it printed. Fails the test unless the
// line's status is 0.
std::string shell(const std::string& line);

}
