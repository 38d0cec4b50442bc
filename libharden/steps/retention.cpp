#include "steps/retention.h"

#include "base/time.h"

#include <map>

namespace harden {

// "COUNT LAST-ID", beside the transactions.
static constexpr auto count_file = "/var/lib/harden/tx-pruned";

namespace {

// Places of standing transactions in the list, by file.
struct Stack {
    std::size_t first = 0;
    std::size_t last = 0;
    bool has_original = false; // the first one holds bytes that were there before us
};

}

static bool is_over(const TxRecord& record)
{
    return record.state == TxState::Committed || record.state == TxState::RolledBack;
}

static std::vector<bool> ends_of_stacks(const std::vector<TxRecord>& records)
{
    std::map<Path, Stack> stacks;
    for (std::size_t i = 0; i < records.size(); ++i)
        if (records[i].state != TxState::RolledBack)
            for (const auto& entry : records[i].entries)
                if (entry.undo.empty() && entry.before.type != FileType::Directory)
                    stacks.try_emplace(entry.file, Stack{i, i, entry.existed}).first->second.last =
                        i;
    std::vector<bool> are_ends(records.size());
    for (const auto& [file, stack] : stacks)
        if (stack.has_original || stack.first != stack.last)
            are_ends[stack.first] = are_ends[stack.last] = true;
    return are_ends;
}

std::vector<std::string> superfluous(const std::vector<TxRecord>& records, const Clock& now)
{
    std::vector<std::string> ids;
    const auto are_ends = ends_of_stacks(records);
    for (std::size_t i = 0; i + always_kept < records.size(); ++i) {
        const auto started = from_rfc3339(records[i].started);
        const bool is_old = started && now.wall - *started > kept_for;
        const bool is_beyond = i + most_kept < records.size();
        if (is_over(records[i]) && !are_ends[i] && (is_old || is_beyond))
            ids.push_back(records[i].id);
    }
    return ids;
}

Result<Pruned> pruned_so_far(const Host& host)
{
    const auto text = host.read(count_file);
    if (!text)
        return text.is_absent() ? Result<Pruned>{Pruned{}} : text.error();
    const auto words = split(trim(*text), ' ');
    const auto count = to_number(words.front());
    if (!count || *count < 0 || words.size() != 2)
        return Error{ErrorKind::Malformed, cat(count_file, ": is not \"COUNT ID\""), {}};
    return Pruned{static_cast<std::size_t>(*count), std::string{words[1]}};
}

Result<> prune(Host& host)
{
    const auto ids = superfluous(TRY(transactions(host)), TRY(host.now()));
    if (ids.empty())
        return done;
    const auto before = pruned_so_far(host);
    const auto count = (before ? before->count : 0) + ids.size();
    TRY(host.write(count_file, cat(std::to_string(count), " ", ids.back(), "\n"), {.mode = 0600}));
    for (const auto& id : ids)
        TRY(forget_transaction(host, id));
    return done;
}

}
