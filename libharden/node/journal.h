#pragma once

#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

inline constexpr auto transactions_directory = "/var/lib/harden/tx";

// Open: being applied, or interrupted where its process is gone. Armed: applied, and reverts at
// `deadline` unless confirmed. Broken: could not be put back, a human is needed. Unreadable: its
// record is torn or empty, so nobody knows what to put back.
enum class TxState { Open, Armed, Committed, RolledBack, Broken, Unreadable };
std::string_view name_of(TxState state);

// A command that stops or disables something needs the files that it is about, so it is undone
// where it was done; what reads the files runs when they are back.
enum class Undo { BeforeFiles, AfterFiles };

// One thing to put back, in the order in which it was changed.
struct JournalEntry {
    Path file; // a file, link or directory that was made, replaced or removed …
    bool existed = false;
    FileStatus before;
    std::string saved; // … whose bytes are in this file of the transaction's directory
    Command undo;      // or a command that reverses another …
    Undo when = Undo::AfterFiles;
};

struct TxRecord {
    std::string id;   // sortable by time
    std::string verb; // "egress apply"
    TxState state = TxState::Open;
    std::string started; // RFC 3339, UTC
    std::string boot_id; // the boot in which it was started
    int pid = 0;
    std::string process_started; // when, as /proc says: process numbers are used again
    std::string deadline;        // RFC 3339; empty unless armed
    std::int64_t applied_ms = 0; // since boot, when all changes were made; set when armed
    std::string note;            // why it ended as it did
    bool is_half_back = false;   // commands are undone, files are not yet: only these are left
    std::vector<JournalEntry> entries;
};

// The record of one transaction on the node's disk. Every method returns only after the bytes are
// fsynced, so that a kill or a power cut at any instant leaves a record that tells what to undo.
class Journal {
public:
    // Begins a transaction; nothing is written before the first save.
    static Result<Journal> begin(Host& host, std::string verb);
    static Result<Journal> open(Host& host, const std::string& id);

    const TxRecord& record() const { return record_; }
    bool is_empty() const { return record_.entries.empty(); }

    // Keeps the bytes, mode and owner of a file that is about to change; once a file.
    Result<> save(const Path& file);
    Result<> save_undo(const Command& undo, Undo when);
    // Two halves around the changes: the deadline stands before the first of them, so that a
    // kill in between is reverted too.
    Result<> announce(std::string deadline);
    Result<> arm();
    Result<> close(TxState state, std::string note);

    // Puts everything back in reverse order. Killed or failed anywhere, it can be done again.
    Result<> roll_back(std::string reason);

private:
    Journal(Host& host, TxRecord record);
    Path directory() const;
    Result<> store();
    Result<> add(JournalEntry entry);
    Result<> save_missing_parents(const Path& file);
    Result<> restore(const JournalEntry& entry);
    Result<> run_undos(Undo when);
    Result<> undo_commands_first();
    bool is_ours() const;

    Host* host_;
    TxRecord record_;
};

Path record_file(const std::string& id);
// When a process began, as /proc says; empty where there is none or it has ended.
std::string start_of_process(const Host& host, int process);

// Takes a transaction's record and then its originals away: killed in between it has none.
Result<> forget_transaction(Host& host, const std::string& id);
// What killed writes left beside the file that they were to replace.
Result<> sweep_beside(Host& host, const Path& file);

// All transactions of this node, oldest first.
Result<std::vector<TxRecord>> transactions(const Host& host);
// Open, and the process that made it is gone.
bool is_interrupted(const TxRecord& record, const Host& host);
// Armed, and the node should have reverted it: its deadline or its boot is over.
bool is_overdue(const TxRecord& record, const Host& host);

}
