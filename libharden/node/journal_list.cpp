#include "base/time.h"
#include "node/journal.h"
#include "node/journal_json.h"

namespace harden {

std::string_view name_of(TxState state)
{
    switch (state) {
    case TxState::Open:
        return "open";
    case TxState::Armed:
        return "armed";
    case TxState::Committed:
        return "committed";
    case TxState::RolledBack:
        return "rolled back";
    case TxState::Broken:
        return "broken";
    case TxState::Unreadable:
        return "unreadable";
    }
    return "";
}

Path record_file(const std::string& id)
{
    return Path{transactions_directory} / id / "record.json";
}

// Field 22 of /proc/PID/stat, after the name, which may hold blanks and brackets.
std::string start_of_process(const Host& host, int process)
{
    const auto stat = host.read(Path{"/proc"} / std::to_string(process) / "stat");
    if (!stat || stat->rfind(')') == std::string::npos)
        return {};
    const auto fields = split(trim(std::string_view{*stat}.substr(stat->rfind(')') + 1)), ' ');
    // one that has ended and that nobody has asked about yet is gone, too
    const bool is_gone = fields.size() <= 19 || fields[0] == "Z" || fields[0] == "X";
    return is_gone ? std::string{} : std::string{fields[19]};
}

static TxRecord unreadable(std::string id, const Error& problem)
{
    TxRecord record;
    record.id = std::move(id);
    record.verb = "unknown";
    record.state = TxState::Unreadable;
    record.note = problem.message;
    return record;
}

Result<std::vector<TxRecord>> transactions(const Host& host)
{
    std::vector<TxRecord> records;
    const auto ids = host.list(transactions_directory);
    if (ids.is_absent())
        return records;
    if (!ids)
        return ids.error();
    for (const auto& id : *ids) {
        const auto text = host.read(record_file(id));
        if (text.is_absent()) // killed before its record: nothing was changed yet
            continue;
        if (!text)
            return text.error();
        auto record = record_from_json(*text);
        if (!record && record.error().kind != ErrorKind::Malformed)
            return record.error();
        records.push_back(record ? *std::move(record) : unreadable(id, record.error()));
    }
    return records;
}

bool is_interrupted(const TxRecord& record, const Host& host)
{
    if (record.state != TxState::Open)
        return false;
    const auto clock = host.now();
    if (clock && clock->boot_id != record.boot_id)
        return true;
    return host.status(Path{"/proc"} / std::to_string(record.pid)).is_absent() ||
           start_of_process(host, record.pid) != record.process_started;
}

bool is_overdue(const TxRecord& record, const Host& host)
{
    const auto clock = host.now();
    const auto deadline = from_rfc3339(record.deadline);
    return record.state == TxState::Armed && clock &&
           (clock->boot_id != record.boot_id || !deadline || *deadline < clock->wall);
}

Result<> sweep_beside(Host& host, const Path& file)
{
    const auto directory = file.parent_path();
    const auto names = host.list(directory);
    if (!names)
        return names.is_absent() ? Result<>{done} : names.error();
    const auto beginning = cat(".", file.filename().native(), ".harden-");
    for (const auto& name : *names)
        if (name.starts_with(beginning))
            TRY(host.remove(directory / name));
    return done;
}

Result<> forget_transaction(Host& host, const std::string& id)
{
    TRY(host.remove(record_file(id)));
    return host.remove(record_file(id).parent_path());
}

}
