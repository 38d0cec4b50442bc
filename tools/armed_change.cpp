#include "armed_change.h"

#include "system/detach.h"
#include "system/local_node.h"

namespace harden {

Result<Exit> confirm_last(Host& host, std::string_view verb, bool on_console,
                          std::string_view format)
{
    TRY(require_root());
    return confirm_and_show(host, TRY(last_of(host, verb)).id, on_console, format);
}

Result<Exit> roll_back_later(Host& host, RollBackOptions options, std::string_view verb,
                             std::string_view format)
{
    TRY(require_root());
    if (options.id.empty())
        options.id = TRY(last_of(host, verb)).id;
    if (options.after > 0)
        TRY(detach_and_wait(std::chrono::seconds{options.after}));
    return roll_back_and_show(host, options, format);
}

}
