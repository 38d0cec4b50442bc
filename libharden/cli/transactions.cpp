#include "cli/transactions.h"

#include "node/confirmation.h"

namespace harden {

std::vector<Option> roll_back_options(RollBackOptions* target, Required id)
{
    const bool is_required = id == Required::Yes;
    return {{"id",
             is_required ? "The transaction, or \"last\""
                         : "The transaction; default: the last one of this tool",
             &target->id,
             "ID",
             {},
             is_required},
            {"--if-unconfirmed", "Only what nobody confirmed (for the node's own timer)",
             &target->if_unconfirmed},
            {"--after", "Wait in the background first", &target->after, "SECONDS"}};
}

Option console_option(bool* target)
{
    return {"--console", "The proof is that this is the machine's own console", target};
}

Result<Exit> show_transactions(const Host& host, std::string_view format)
{
    const auto records = TRY(transactions(host));
    print(format == "json" ? render_json(records, host) : render_text(records, host));
    return Exit::Clean;
}

Result<Exit> show_transaction(const Host& host, const std::string& id, std::string_view format)
{
    const auto record = TRY(transaction(host, id));
    print(format == "json" ? render_json(record, host) : render_text(record, host));
    return Exit::Clean;
}

Result<Exit> roll_back_and_show(Host& host, const RollBackOptions& options, std::string_view format)
{
    const auto why = options.if_unconfirmed ? RollBack::IfUnconfirmed : RollBack::Wanted;
    const auto result = TRY(roll_back(host, options.id, why));
    const auto& record = result.record;
    if (!result.problem.empty()) {
        say_problem({ErrorKind::Failed, cat("roll back ", record.id, ": ", result.problem),
                     cat("harden tx show ", record.id)});
        return Exit::NeedsHuman;
    }
    const auto ended = result.is_changed ? std::string{"rolled back"}
                                         : cat("nothing to do, ", name_of(record.state));
    print(format == "json" ? render_json(record, host)
                           : cat(record.id, " (", record.verb, "): ", ended, "\n"));
    return Exit::Clean;
}

Result<Exit> recover_and_show(Host& host)
{
    const auto recovery = TRY(recover(host));
    for (const auto& id : recovery.undone)
        print(cat(id, ": put back\n"));
    if (!recovery.blocked)
        return Exit::Clean;
    say_problem(*recovery.blocked);
    return Exit::NeedsHuman;
}

Result<Arming> arming_of(int given, std::chrono::seconds by_policy)
{
    const auto within = given != 0 ? std::chrono::seconds{given} : by_policy;
    if (within.count() < shortest_confirmation || within.count() > longest_confirmation)
        return Error{ErrorKind::Malformed,
                     cat("--confirm-within is not between ", std::to_string(shortest_confirmation),
                         " and ", std::to_string(longest_confirmation), " seconds"),
                     {}};
    return Arming{within};
}

std::optional<Change> awaited_confirmation(const Host& host, std::string_view verb)
{
    const auto record = last_of(host, verb);
    if (!record || record->state != TxState::Armed)
        return std::nullopt;
    return Change{cat("confirmation of ", record->id), cat("armed until ", record->deadline),
                  "confirmed"};
}

Result<Exit> apply_armed_and_show(const Step& step, Node& node, const std::string& tool,
                                  std::string_view verb, Format format, const Arming& arming)
{
    const auto before = last_of(node.host(), verb);
    const auto exit = TRY(apply_and_show(step, node, tool, format, arming));
    const auto after = last_of(node.host(), verb);
    if (before && after && before->id == after->id && after->state == TxState::Armed)
        say(cat("still waiting for a confirmation until ", after->deadline, "\n"));
    return exit;
}

Result<Exit> undo_last(Host& host, std::string_view word, std::string_view format)
{
    return roll_back_and_show(host, {.id = TRY(last_of(host, word)).id}, format);
}

Result<Exit> confirm_and_show(Host& host, const std::string& id, bool on_console,
                              std::string_view format)
{
    const auto record = TRY(confirm(host, id, on_console ? Proof::Console : Proof::NewLogin));
    print(format == "json" ? render_json(record, host)
                           : cat(record.id, " (", record.verb, "): ", record.note, "\n"));
    return Exit::Clean;
}

}
