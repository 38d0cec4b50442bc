#include "steps/retention.h"
#include "steps/transaction.h"

namespace harden {

static std::string padded(const std::string& text, std::size_t width)
{
    return cat(text, std::string(width - std::min(text.size(), width), ' '));
}

static std::string pruned_line(const Host& host)
{
    const auto pruned = pruned_so_far(host);
    if (!pruned)
        return cat("pruned: unknown: ", escaped(pruned.error().message), "\n");
    if (pruned->count == 0)
        return {};
    return cat("pruned: ", std::to_string(pruned->count), " older ones, the last of them ",
               escaped(pruned->last), "\n");
}

std::string render_text(const std::vector<TxRecord>& records, const Host& host)
{
    std::string text;
    for (const auto& record : records) {
        text += cat(record.id, "  ", record.started, "  ", padded(record.verb, 22), "  ",
                    state_of(record, host));
        text += record.note.empty() ? "\n" : cat(": ", escaped(record.note), "\n");
    }
    if (text.empty())
        text = "no transactions\n";
    return text + pruned_line(host);
}

static std::string octal(unsigned mode)
{
    std::string text;
    for (unsigned shift = 12; shift > 0; shift -= 3)
        text += static_cast<char>('0' + (mode >> (shift - 3) & 7U));
    return text;
}

static std::string line_of(const JournalEntry& entry)
{
    if (!entry.undo.empty())
        return cat("  run      ", escaped(join(entry.undo, " ")), "\n");
    const auto file = escaped(entry.file.native());
    if (!entry.existed)
        return cat("  remove   ", file, "\n");
    if (entry.before.type == FileType::Link)
        return cat("  link     ", file, " -> ", escaped(entry.before.target.native()), "\n");
    return cat("  restore  ", file, " (", std::to_string(entry.before.size), " bytes, ",
               octal(entry.before.mode), ", ", std::to_string(entry.before.owner), ":",
               std::to_string(entry.before.group), ")\n");
}

std::string render_text(const TxRecord& record, const Host& host)
{
    auto text = cat(record.id, "\n  verb     ", record.verb, "\n  started  ", record.started,
                    "\n  state    ", state_of(record, host), "\n");
    if (!record.note.empty())
        text += cat("  note     ", escaped(record.note, 2000), "\n");
    if (record.state == TxState::RolledBack || record.state == TxState::Unreadable)
        return text;
    const auto add = [&](auto is_due) {
        for (auto entry = record.entries.rbegin(); entry != record.entries.rend(); ++entry)
            if (is_due(*entry))
                text += line_of(*entry);
    };
    text += "to undo it:\n";
    add([](const JournalEntry& entry) {
        return !entry.undo.empty() && entry.when == Undo::BeforeFiles;
    });
    add([](const JournalEntry& entry) { return entry.undo.empty(); });
    add([](const JournalEntry& entry) {
        return !entry.undo.empty() && entry.when == Undo::AfterFiles;
    });
    return text;
}

}
