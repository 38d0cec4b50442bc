#pragma once

#include "usage/look.h"

namespace harden {

// Tells what changed from one look to the next: a line for each verdict that is another one.
class LookChanges {
public:
    std::string after(const Look& look);

private:
    std::map<std::string, MinerVerdict, std::less<>> verdicts_; // by id or path
};

}
