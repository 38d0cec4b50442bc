#include "steps/step.h"

#include "base/time.h"
#include "node/journal.h"
#include "node/planned_node.h"
#include "node/undoable_node.h"
#include "steps/guard.h"
#include "steps/retention.h"
#include "steps/transaction.h"

namespace harden {

Result<Changes> plan(const Step& step, const Node& node)
{
    PlannedNode planned{node};
    TRY(step.apply(planned.node()).during(step.id));
    return planned.changes();
}

// The timed way back of an unconfirmed change must not meet bytes of ours.
static Result<> refuse_what_is_armed(const Host& host, const Changes& planned)
{
    for (const auto& record : TRY(transactions(host)))
        for (const auto& entry : record.entries)
            for (const auto& change : planned)
                if (record.state == TxState::Armed && change.what == entry.file.native())
                    return Error{ErrorKind::Failed,
                                 cat(change.what, " belongs to ", record.id, " (", record.verb,
                                     "), which waits for its confirmation until ", record.deadline),
                                 cat("harden tx confirm ", record.id, ", or harden tx rollback ",
                                     record.id)};
    return done;
}

static StepOutcome rolled_back(Journal& journal, const Error& problem)
{
    StepOutcome outcome{.ended = Ended::RolledBack, .problem = problem};
    if (journal.is_empty())
        return outcome;
    outcome.transaction = journal.record().id;
    const auto undone = journal.roll_back(problem.message);
    if (undone)
        return outcome;
    outcome.ended = Ended::Broken;
    outcome.problem.message += cat("; and the way back failed: ", undone.error().message);
    outcome.problem.hint = cat("harden tx show ", outcome.transaction);
    // The record keeps saying Open if even this cannot be written: it reads as interrupted.
    if (!journal.close(TxState::Broken, outcome.problem.message))
        outcome.problem.message += "; nor could that be recorded";
    return outcome;
}

// What stands on disk before the first change, so that also a kill in between is taken back.
static Result<> announce_and_arm(Host& host, Journal& journal, const Arming& arming)
{
    const auto now = TRY(host.now()).wall;
    TRY(journal.announce(to_rfc3339(now + arming.within)));
    return arm(host, journal.record().id, arming);
}

static Result<> forget(Host& host, Journal& journal)
{
    TRY(disarm(host, journal.record().id));
    return forget_transaction(host, journal.record().id);
}

static Result<StepOutcome> apply_journalled(const Step& step, Node& node, Journal& journal,
                                            bool is_armed)
{
    UndoableNode undoable{node, journal, step.restore_firewall};
    auto applied = step.apply(undoable.node());
    if (applied && !journal.is_empty())
        applied = is_armed ? journal.arm() : journal.close(TxState::Committed, {});
    if (!applied) {
        auto outcome = rolled_back(journal, applied.error());
        // A timer that could not be stopped finds nothing to do, and the next run clears it away.
        if (is_armed && outcome.ended == Ended::RolledBack) [[maybe_unused]]
            const auto cleared = journal.is_empty() ? forget(node.host(), journal)
                                                    : disarm(node.host(), journal.record().id);
        return outcome;
    }
    StepOutcome outcome{.changes = undoable.changes()};
    if (!outcome.changes.empty())
        outcome.ended = is_armed && !journal.is_empty() ? Ended::Armed : Ended::Applied;
    if (!journal.is_empty())
        outcome.transaction = journal.record().id;
    else if (is_armed)
        TRY(forget(node.host(), journal));
    if (outcome.ended == Ended::Armed)
        outcome.deadline = journal.record().deadline;
    return outcome;
}

static Result<StepOutcome> apply_planned(const Step& step, Node& node, const std::string& verb,
                                         const std::optional<Arming>& arming)
{
    auto& host = node.host();
    TRY(stand_guard(host));
    auto journal = TRY(Journal::begin(host, verb));
    if (arming)
        if (const auto armed = announce_and_arm(host, journal, *arming); !armed) {
            TRY(forget(host, journal));
            return armed.error();
        }
    auto outcome = apply_journalled(step, node, journal, arming.has_value());
    if (outcome && !outcome->transaction.empty()) [[maybe_unused]]
        const auto pruned = prune(host); // the next run tries again
    return outcome;
}

Result<StepOutcome> apply(const Step& step, Node& node, const std::optional<Arming>& arming)
{
    const auto verb = cat(step.id, " apply");
    const auto held = TRY(exclusive(node.host(), verb));
    auto recovery = TRY(roll_back_unfinished(node.host()));
    if (recovery.blocked)
        return StepOutcome{.ended = Ended::Broken,
                           .recovered = std::move(recovery.undone),
                           .problem = *std::move(recovery.blocked)};
    // What cannot even be planned fails before anything is touched.
    const auto planned = TRY(plan(step, node));
    if (planned.empty())
        return StepOutcome{.recovered = std::move(recovery.undone)};
    TRY(refuse_what_is_armed(node.host(), planned));
    auto outcome = TRY(apply_planned(step, node, verb, arming));
    outcome.recovered = std::move(recovery.undone);
    return outcome;
}

}
