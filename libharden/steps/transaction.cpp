#include "steps/transaction.h"

#include "ssh/login_session.h"
#include "steps/arming.h"
#include "steps/guard.h"

#include <algorithm>
#include <ranges>

namespace harden {

static constexpr auto lock_file = "/run/harden.lock";

Result<HostLock> exclusive(Host& host, std::string_view what, std::chrono::milliseconds patience)
{
    return host.lock(lock_file, what, patience);
}

std::string state_of(const TxRecord& record, const Host& host)
{
    switch (record.state) {
    case TxState::Open:
        return is_interrupted(record, host)
                   ? std::string{"interrupted"}
                   : cat("in progress (process ", std::to_string(record.pid), ")");
    case TxState::Armed:
        return cat(is_overdue(record, host) ? "overdue since " : "armed until ", record.deadline);
    case TxState::Broken:
        return "needs a human";
    case TxState::Unreadable:
        return "unreadable, needs a human";
    case TxState::Committed:
    case TxState::RolledBack:
        break;
    }
    return std::string{name_of(record.state)};
}

Result<TxRecord> transaction(const Host& host, const std::string& id)
{
    auto records = TRY(transactions(host));
    if (id == "last" && !records.empty())
        return records.back();
    std::vector<std::string> ids;
    for (auto& record : records) {
        if (record.id == id)
            return record;
        ids.push_back(record.id);
    }
    const auto meant = nearest(id, ids);
    return Error{ErrorKind::NotFound, cat("no transaction ", escaped(id)),
                 meant ? cat("did you mean ", *meant, "?") : std::string{"harden tx list"}};
}

Result<TxRecord> last_of(const Host& host, std::string_view verb)
{
    const auto records = TRY(transactions(host));
    for (const auto& record : records | std::views::reverse)
        if (record.verb == verb && record.state != TxState::RolledBack)
            return record;
    return Error{ErrorKind::NotFound, cat("no transaction of ", verb), "harden tx list"};
}

static bool holds_file(const TxRecord& record, const Path& file)
{
    return std::ranges::any_of(record.entries, [&](const JournalEntry& entry) {
        return entry.undo.empty() && entry.before.type != FileType::Directory && entry.file == file;
    });
}

static Error unreadable(const TxRecord& record)
{
    return {ErrorKind::Malformed,
            cat("nobody can tell what ", record.id, " changed: ", record.note),
            cat("compare the files in ", transactions_directory, "/", record.id,
                " with the node's, put back by hand what is wrong, then remove that directory")};
}

// A later change to the same file would be lost, and its own way back would bring back our bytes.
static Result<> refuse_if_built_upon(const Host& host, const TxRecord& record)
{
    bool is_later = false;
    for (const auto& other : TRY(transactions(host))) {
        if (is_later && other.state == TxState::Unreadable)
            return unreadable(other);
        const bool stands = other.state != TxState::RolledBack;
        for (const auto& entry : record.entries)
            if (is_later && stands && entry.undo.empty() && holds_file(other, entry.file))
                return Error{ErrorKind::Failed,
                             cat(entry.file.native(), " was changed again by ", other.id, " (",
                                 other.verb, ")"),
                             cat("harden tx rollback ", other.id)};
        is_later = is_later || other.id == record.id;
    }
    return done;
}

// A link would lead to what has been taken away since, as an old release of gVisor is.
static Result<> refuse_if_dangling(const Host& host, const TxRecord& record)
{
    for (const auto& entry : record.entries) {
        if (!entry.undo.empty() || !entry.existed || entry.before.type != FileType::Link)
            continue;
        const auto target = entry.file.parent_path() / entry.before.target;
        const bool is_ours = holds_file(record, target);
        if (!is_ours && host.status(target).is_absent())
            return Error{
                ErrorKind::Failed,
                cat(entry.file.native(), " would lead to ", target.native(), ", which is gone"),
                {}};
    }
    return done;
}

static RolledBackResult roll_back_now(Host& host, Journal& journal, std::string reason)
{
    RolledBackResult result{.is_changed = true};
    const auto id = journal.record().id;
    const auto undone = journal.roll_back(std::move(reason));
    if (undone) {
        // A timer that could not be stopped finds nothing to do and clears up after itself.
        [[maybe_unused]] const auto disarmed = disarm(host, id);
    } else {
        result.problem = undone.error().message;
        if (!journal.close(TxState::Broken, result.problem))
            result.problem += "; nor could that be recorded";
    }
    result.record = journal.record();
    return result;
}

static std::string why_unconfirmed(const Host& host, const TxRecord& record)
{
    if (record.state == TxState::Open)
        return "it was interrupted";
    const auto clock = host.now();
    return clock && clock->boot_id != record.boot_id
               ? "the machine restarted before it was confirmed"
               : "not confirmed in time";
}

Result<RolledBackResult> roll_back(Host& host, const std::string& id, RollBack why)
{
    const auto patience = std::chrono::seconds{why == RollBack::Wanted ? 30 : 300};
    const auto held = TRY(exclusive(host, cat("tx rollback ", id), patience));
    const auto record = TRY(transaction(host, id));
    if (record.state == TxState::Unreadable)
        return RolledBackResult{record, false, unreadable(record).message};
    auto journal = TRY(Journal::open(host, record.id));
    const bool is_settled = record.state == TxState::RolledBack ||
                            (why == RollBack::IfUnconfirmed && record.state == TxState::Committed);
    if (is_settled) {
        TRY(disarm(host, record.id));
        return RolledBackResult{record};
    }
    if (why == RollBack::IfUnconfirmed)
        return roll_back_now(host, journal, why_unconfirmed(host, record));
    if (record.state == TxState::Open && !is_interrupted(record, host))
        return Error{ErrorKind::Failed,
                     cat(record.id, " is in progress (process ", std::to_string(record.pid), ")"),
                     "wait for it to end"};
    TRY(refuse_if_built_upon(host, record));
    TRY(refuse_if_dangling(host, record));
    TRY(stand_guard(host));
    return roll_back_now(host, journal, "by hand");
}

// Saved originals of a run that was killed before its record: it had changed nothing.
static Result<> sweep_unrecorded(Host& host)
{
    const Path directory{transactions_directory};
    const auto ids = host.list(directory);
    if (!ids)
        return ids.is_absent() ? Result<>{done} : ids.error();
    for (const auto& id : *ids)
        if (host.status(directory / id / "record.json").is_absent())
            TRY(host.remove(directory / id));
    return done;
}

Result<Recovery> roll_back_unfinished(Host& host)
{
    TRY(sweep_unrecorded(host));
    Recovery recovery;
    const auto records = TRY(transactions(host));
    for (const auto& record : records | std::views::reverse) {
        if (record.state == TxState::Unreadable) {
            recovery.blocked = unreadable(record);
            return recovery;
        }
        if (!is_interrupted(record, host) && !is_overdue(record, host))
            continue;
        auto journal = TRY(Journal::open(host, record.id));
        const auto result = roll_back_now(host, journal, why_unconfirmed(host, record));
        if (!result.problem.empty()) {
            recovery.blocked =
                Error{ErrorKind::Failed,
                      cat("undo ", record.id, " (", record.verb, "): ", result.problem),
                      cat("harden tx show ", record.id)};
            return recovery;
        }
        recovery.undone.push_back(record.id);
    }
    TRY(disarm_settled(host, records));
    return recovery;
}

Result<Recovery> recover(Host& host)
{
    const auto held = TRY(exclusive(host, "tx recover", std::chrono::minutes{5}));
    return roll_back_unfinished(host);
}

static Result<std::string> proof_of_login(const Host& host, const TxRecord& record)
{
    const auto again = cat("open a new SSH connection (ssh -o ControlPath=none) and confirm there");
    const auto session = TRY(login_session(host));
    if (!session)
        return Error{ErrorKind::Denied, "this is no SSH login, so it does not show that one works",
                     again};
    if (session->started.count() <= record.applied_ms)
        return Error{ErrorKind::Denied,
                     "this SSH login is older than the change, so it does not show that a new one "
                     "works",
                     again};
    return cat("confirmed by ", escaped(session->user), " over a new login");
}

static Result<std::string> proof_of_console(const Host& host)
{
    if (!is_on_console(host))
        return Error{ErrorKind::Denied, "this terminal is not the machine's own console",
                     "confirm over a new SSH login"};
    return std::string{"confirmed at the console"};
}

Result<TxRecord> confirm(Host& host, const std::string& id, Proof proof)
{
    const auto held = TRY(exclusive(host, cat("tx confirm ", id)));
    const auto record = TRY(transaction(host, id));
    if (record.state == TxState::Committed)
        return record;
    if (record.state != TxState::Armed)
        return Error{ErrorKind::Failed,
                     cat(record.id, " is not waiting for a confirmation: it is ",
                         state_of(record, host), record.note.empty() ? "" : ", ", record.note),
                     cat("harden tx show ", record.id)};
    auto note =
        TRY(proof == Proof::NewLogin ? proof_of_login(host, record) : proof_of_console(host));
    auto journal = TRY(Journal::open(host, record.id));
    TRY(journal.close(TxState::Committed, std::move(note)));
    TRY(disarm(host, record.id));
    return journal.record();
}

}
