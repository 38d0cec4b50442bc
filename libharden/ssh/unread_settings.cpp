#include "ssh/unread_settings.h"

#include "node/journal.h"

#include <algorithm>

namespace harden {

// What a transaction of ours restored has a new time and the contents that sshd had read before.
static bool was_put_back(const Host& host, const std::string& file)
{
    const auto records = transactions(host);
    const auto text = host.read(file);
    if (!records || !text)
        return false;
    return std::ranges::any_of(*records, [&](const TxRecord& record) {
        return record.state == TxState::RolledBack &&
               std::ranges::any_of(record.entries, [&](const JournalEntry& entry) {
                   const auto saved =
                       host.read(Path{transactions_directory} / record.id / entry.saved);
                   return entry.file == file && !entry.saved.empty() && saved && *saved == *text;
               });
    });
}

// sshd writes its process file whenever it starts or reloads.
std::string unread_file(const Host& host, const std::vector<SshdDirective>& configuration,
                        const SshdSettings& settings)
{
    const auto process_file = settings.get("pidfile");
    if (!process_file)
        return {};
    const auto read_at = host.status(*process_file);
    if (!read_at)
        return {};
    std::string last;
    for (const auto& directive : configuration) {
        if (directive.file == last || directive.file == sshd_drop_in_file)
            continue;
        last = directive.file;
        const auto status = host.status(last);
        if (status && status->modified > read_at->modified && !was_put_back(host, last))
            return last;
    }
    return {};
}

}
