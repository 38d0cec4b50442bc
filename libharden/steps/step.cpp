#include "steps/step.h"

#include "node/journal.h"
#include "node/planned_node.h"
#include "node/undoable_node.h"

namespace harden {

Result<Changes> plan(const Step& step, const Node& node)
{
    PlannedNode planned{node};
    TRY(step.apply(planned.node()).during(step.id));
    return planned.changes();
}

static Result<> roll_back_interrupted(Host& host)
{
    for (const auto& record : TRY(transactions(host)))
        if (is_interrupted(record, host)) {
            auto journal = TRY(Journal::open(host, record.id));
            TRY(journal.roll_back("interrupted; rolled back by the next run"));
        }
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

Result<StepOutcome> apply(const Step& step, Node& node)
{
    TRY(roll_back_interrupted(node.host()).during("undo an interrupted run"));
    // What cannot even be planned fails before anything is touched.
    if (TRY(plan(step, node)).empty())
        return StepOutcome{};
    auto journal = TRY(Journal::begin(node.host(), cat(step.id, " apply")));
    UndoableNode undoable{node, journal, step.restore_firewall};
    const auto applied = step.apply(undoable.node());
    if (!applied)
        return rolled_back(journal, applied.error());
    if (undoable.changes().empty())
        return StepOutcome{};
    if (!journal.is_empty())
        TRY(journal.close(TxState::Committed, {}));
    return StepOutcome{.ended = Ended::Applied,
                       .changes = undoable.changes(),
                       .transaction = journal.is_empty() ? "" : journal.record().id};
}

}
