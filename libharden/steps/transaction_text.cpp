#include "steps/transaction.h"

namespace harden {

static std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string render_text(const std::vector<TxRecord>& records, const Host& host)
{
    std::string text;
    for (const auto& record : records) {
        text += cat(record.id, "  ", record.started, "  ", padded(record.verb, 22), "  ",
                    state_of(record, host));
        text += record.note.empty() ? "\n" : cat(": ", escaped(record.note), "\n");
    }
    return text.empty() ? "no transactions\n" : text;
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
    if (record.state == TxState::RolledBack)
        return text;
    text += "to undo it:\n";
    for (auto entry = record.entries.rbegin(); entry != record.entries.rend(); ++entry)
        if (entry->undo.empty())
            text += line_of(*entry);
    for (auto entry = record.entries.rbegin(); entry != record.entries.rend(); ++entry)
        if (!entry->undo.empty())
            text += line_of(*entry);
    return text;
}

}
