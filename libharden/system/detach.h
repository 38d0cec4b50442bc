#pragma once

#include "base/result.h"

#include <chrono>

namespace harden {

// Goes on as a process that no terminal, login or caller waits for, and returns in it after
// `delay`; the process that was called has ended with success by then.
Result<> detach_and_wait(std::chrono::seconds delay);

// The same, and returns when process `number` has ended.
Result<> detach_until_gone(int number);

}
