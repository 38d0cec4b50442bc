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
// What an armed change waits for: `given` seconds (--confirm-within), 0: as the policy says.
Result<Arming> arming_of(int given, std::chrono::seconds by_policy);
// The confirmation that the last change of this verb ("ssh-harden apply") waits for, as a change.
std::optional<Change> awaited_confirmation(const Host& host, std::string_view verb);
// Applies, and tells where there was nothing to do but an earlier change still waits.
Result<Exit> apply_armed_and_show(const Step& step, Node& node, const std::string& tool,
                                  std::string_view verb, Format format, const Arming& arming);
// The last transaction of a tool's word, as "daemonjson apply".
Result<Exit> undo_last(Host& host, std::string_view word, std::string_view format);
Result<Exit> confirm_and_show(Host& host, const std::string& id, bool on_console,
                              std::string_view format);

}
