#include "cli/tool.h"
#include "steps/transaction.h"

#include <thread>

namespace harden {

static std::string rendered(const Changes& changes, std::string_view verb, Format format)
{
    return format == Format::Json ? render_json(changes, verb) : render_text(changes);
}

Result<Exit> show_plan(const Step& step, const Node& node, std::string_view verb, Format format)
{
    const auto changes = TRY(plan(step, node));
    print(rendered(changes, verb, format));
    return changes.empty() ? Exit::Clean : Exit::Findings;
}

void say_problem(const Error& problem)
{
    say(cat("error: ", problem.message, "\n"));
    if (!problem.hint.empty())
        say(cat("hint: ", problem.hint, "\n"));
}

static void say_transaction(const StepOutcome& outcome, std::string_view verb)
{
    if (outcome.ended == Ended::Armed)
        say(cat("armed: the node takes this back at ", outcome.deadline,
                " unless you confirm it over a new SSH login:\n  harden ", verb, " confirm\n"));
    if (!outcome.transaction.empty())
        say(cat("transaction ", outcome.transaction, " (undo: harden tx rollback ",
                outcome.transaction, ")\n"));
}

Result<Exit> apply_and_show(const Step& step, Node& node, std::string_view verb, Format format,
                            const std::optional<Arming>& arming)
{
    const auto outcome = TRY(apply(step, node, arming));
    if (outcome.ended == Ended::Armed)
        std::this_thread::sleep_for(login_age_step);
    for (const auto& id : outcome.recovered)
        say(cat("transaction ", id, " was left unfinished: put back first\n"));
    switch (outcome.ended) {
    case Ended::Unchanged:
    case Ended::Applied:
    case Ended::Armed:
        print(rendered(outcome.changes, verb, format));
        say_transaction(outcome, verb);
        return Exit::Clean;
    case Ended::RolledBack:
        say_problem(outcome.problem);
        say("everything is as it was before\n");
        return Exit::RolledBack;
    case Ended::Broken:
        say_problem(outcome.problem);
        return Exit::NeedsHuman;
    }
    return Exit::Trouble;
}

}
