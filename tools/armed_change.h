#pragma once

#include "cli/transactions.h"

namespace harden {

// The words of tools whose changes wait for a confirmation. `verb` names the transactions that are
// theirs, as "ssh-harden apply": the last of them is meant where no id is given.
Result<Exit> confirm_last(Host& host, std::string_view verb, bool on_console,
                          std::string_view format);
// After its delay in the background, where one is asked for.
Result<Exit> roll_back_later(Host& host, RollBackOptions options, std::string_view verb,
                             std::string_view format);

}
