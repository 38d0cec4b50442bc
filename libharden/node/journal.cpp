#include "node/journal.h"

#include "base/time.h"
#include "node/journal_json.h"

#include <algorithm>
#include <ranges>

namespace harden {

// A restart of Docker with its containers is the slowest thing to undo.
static constexpr std::chrono::minutes undo_limit{5};

// /proc/self is a link to our own process number.
static int own_process(const Host& host)
{
    const auto self = host.status("/proc/self");
    return self ? static_cast<int>(to_number(self->target.native()).value_or(0)) : 0;
}

static void sign(TxRecord& record, const Host& host)
{
    record.pid = own_process(host);
    record.process_started = start_of_process(host, record.pid);
}

static std::string fresh_id(const Host& host, const Clock& clock, int pid)
{
    auto stamp = to_rfc3339(clock.wall);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    const auto base = cat(stamp, "-", std::to_string(pid));
    auto id = base;
    for (int again = 2; host.status(record_file(id)); ++again)
        id = cat(base, "-", std::to_string(again));
    return id;
}

Journal::Journal(Host& host, TxRecord record)
    : host_{&host}
    , record_{std::move(record)}
{
}

Result<Journal> Journal::begin(Host& host, std::string verb)
{
    const auto clock = TRY(host.now());
    TxRecord record;
    sign(record, host);
    record.id = fresh_id(host, clock, record.pid);
    record.verb = std::move(verb);
    record.started = to_rfc3339(clock.wall);
    record.boot_id = clock.boot_id;
    return Journal{host, std::move(record)};
}

Result<Journal> Journal::open(Host& host, const std::string& id)
{
    const auto text = TRY(host.read(record_file(id)).during(cat("read transaction ", id)));
    return Journal{host, TRY(record_from_json(text).during(record_file(id).native()))};
}

Path Journal::directory() const
{
    return Path{transactions_directory} / record_.id;
}

Result<> Journal::store()
{
    return host_->write(record_file(record_.id), to_json(record_), {.mode = 0600});
}

// What is not on disk must not be done, so it need not be undone either.
Result<> Journal::add(JournalEntry entry)
{
    record_.entries.push_back(std::move(entry));
    auto stored = store();
    if (!stored)
        record_.entries.pop_back();
    return stored;
}

// Directories that a write will make, outermost first, so that undo takes them away again.
Result<> Journal::save_missing_parents(const Path& file)
{
    std::vector<Path> missing;
    for (auto parent = file.parent_path(); parent.has_relative_path();
         parent = parent.parent_path()) {
        const auto status = host_->status(parent);
        if (status)
            break;
        if (!status.is_absent())
            return status.error();
        missing.push_back(parent);
    }
    for (const auto& parent : missing | std::views::reverse) {
        JournalEntry entry{.file = parent};
        entry.before.type = FileType::Directory;
        record_.entries.push_back(std::move(entry));
    }
    return done;
}

Result<> Journal::save(const Path& file)
{
    if (std::ranges::find(record_.entries, file, &JournalEntry::file) != record_.entries.end())
        return done;
    const auto before = host_->status(file);
    if (!before && !before.is_absent())
        return before.error();
    JournalEntry entry{.file = file, .existed = static_cast<bool>(before)};
    if (!before) {
        TRY(save_missing_parents(file));
    } else {
        entry.before = *before;
        if (before->type == FileType::Directory || before->type == FileType::Other)
            return Error{
                ErrorKind::Unsupported, cat(file.native(), ": is no file and no link"), {}};
        if (before->type == FileType::Regular) {
            entry.saved = cat("before-", std::to_string(record_.entries.size()));
            TRY(host_->write(directory() / entry.saved, TRY(host_->read(file)), {.mode = 0600}));
        }
    }
    return add(std::move(entry));
}

Result<> Journal::save_undo(const Command& undo, Undo when)
{
    return add({.undo = undo, .when = when});
}

Result<> Journal::announce(std::string deadline)
{
    record_.deadline = std::move(deadline);
    return store();
}

Result<> Journal::arm()
{
    const auto since_boot = TRY(host_->now()).since_boot;
    record_.applied_ms = std::chrono::floor<std::chrono::milliseconds>(since_boot).count();
    record_.state = TxState::Armed;
    return store();
}

Result<> Journal::close(TxState state, std::string note)
{
    record_.state = state;
    record_.note = std::move(note);
    return store();
}

Result<> Journal::restore(const JournalEntry& entry)
{
    const auto& before = entry.before;
    if (!entry.existed && before.type == FileType::Directory) {
        const auto content = host_->list(entry.file);
        return content && content->empty() ? host_->remove(entry.file) : Result<>{done};
    }
    if (!entry.existed)
        return host_->remove(entry.file);
    if (before.type == FileType::Link)
        return host_->link(entry.file, before.target);
    const auto bytes = TRY(host_->read(directory() / entry.saved));
    return host_->write(entry.file, bytes,
                        {.mode = before.mode, .owner = before.owner, .group = before.group});
}

Result<> Journal::run_undos(Undo when)
{
    for (const auto& entry : record_.entries | std::views::reverse)
        if (!entry.undo.empty() && entry.when == when)
            TRY(succeeded(host_->run(entry.undo, {}, {.timeout = undo_limit}), entry.undo));
    return done;
}

// Remembered, because they cannot be done again once the files that they are about are gone.
Result<> Journal::undo_commands_first()
{
    TRY(run_undos(Undo::BeforeFiles));
    record_.is_half_back = std::ranges::any_of(record_.entries, [](const JournalEntry& entry) {
        return !entry.undo.empty() && entry.when == Undo::BeforeFiles;
    });
    return record_.is_half_back ? store() : Result<>{done};
}

// The record on disk tells so already: no room on a full disk is needed to begin the way back.
bool Journal::is_ours() const
{
    return record_.state == TxState::Open && record_.pid == own_process(*host_) &&
           record_.process_started == start_of_process(*host_, record_.pid);
}

Result<> Journal::roll_back(std::string reason)
{
    for (const auto& entry : record_.entries)
        if (entry.undo.empty() && entry.before.type != FileType::Directory)
            TRY(sweep_beside(*host_, entry.file));
    // From here on this process answers for it: an undo command of ours that looks at the
    // transactions must not take it for an interrupted one.
    if (!is_ours()) {
        sign(record_, *host_);
        record_.state = TxState::Open;
        record_.boot_id = TRY(host_->now()).boot_id;
        TRY(store());
    }
    if (!record_.is_half_back)
        TRY(undo_commands_first());
    for (const auto& entry : record_.entries | std::views::reverse)
        if (entry.undo.empty())
            TRY(restore(entry).during(cat("put back ", entry.file.native())));
    TRY(run_undos(Undo::AfterFiles));
    return close(TxState::RolledBack, std::move(reason));
}

}
