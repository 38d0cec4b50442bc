#include "armed_change.h"
#include "cli/tool.h"
#include "cli/transactions.h"
#include "system/detach.h"
#include "system/local_host.h"
#include "system/local_node.h"

using namespace harden;

int main(int argc, char** argv)
{
    LocalHost host;
    RollBackOptions back;
    std::string id;
    std::string format = "text";
    bool on_console = false;
    int when_gone = 0;

    const auto list = [&]() -> Result<Exit> { return show_transactions(host, format); };
    const auto show = [&]() -> Result<Exit> { return show_transaction(host, id, format); };
    const auto undo = [&]() -> Result<Exit> { return roll_back_later(host, back, {}, format); };
    const auto put_back = [&]() -> Result<Exit> {
        TRY(require_root());
        if (when_gone > 0)
            TRY(detach_until_gone(when_gone));
        return recover_and_show(host);
    };
    const auto keep = [&]() -> Result<Exit> {
        TRY(require_root());
        return confirm_and_show(host, id, on_console, format);
    };

    const Option which{"id", "The transaction, or \"last\"", &id, "ID", {}, true};
    const Tool tool{
        .name = "harden tx",
        .summary = "Every change that harden made: list, show, roll back, recover, confirm",
        .options = {format_option(&format)},
        .words = {{"list", "All transactions, the oldest first, with their state", {}, list},
                  {"show", "One transaction and what its rollback would do", {which}, show},
                  {"rollback", "Put back what a transaction replaced",
                   roll_back_options(&back, Required::Yes), undo},
                  {"recover",
                   "Put back what an interrupted run left",
                   {{"--when-gone", "Wait in the background until this process has ended",
                     &when_gone, "PROCESS"}},
                   put_back},
                  {"confirm",
                   "Keep an armed change: from a login newer than it",
                   {which, console_option(&on_console)},
                   keep}},
        .footer = "Originals are in /var/lib/harden/tx. Exit status: 0 done, 2 trouble, 4 needs a "
                  "human."};
    return run_tool(tool, argc, argv);
}
