#pragma once

#include "cli/tool.h"
#include "steps/transaction.h"

namespace harden {

// The rows and words about transactions that `tx` and every tool with an armed change share.
struct RollBackOptions {
    std::string id;
    bool if_unconfirmed = false;
    int after = 0; // seconds in the background before
};
enum class Required { No, Yes };
std::vector<Option> roll_back_options(RollBackOptions* target, Required id);
Option console_option(bool* target);

Result<Exit> show_transactions(const Host& host, std::string_view format);
Result<Exit> show_transaction(const Host& host, const std::string& id, std::string_view format);
Result<Exit> roll_back_and_show(Host& host, const RollBackOptions& options,
                                std::string_view format);
// What was put back; NeedsHuman where that failed.
Result<Exit> recover_and_show(Host& host);
// The last transaction of a tool's word, as "daemonjson apply".
Result<Exit> undo_last(Host& host, std::string_view word, std::string_view format);
Result<Exit> confirm_and_show(Host& host, const std::string& id, bool on_console,
                              std::string_view format);

}
