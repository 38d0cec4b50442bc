#include "steps/provision_verbs.h"

#include "steps/provision_json.h"
#include "steps/provision_remote.h"

namespace harden {

using namespace std::chrono_literals;

static constexpr auto plan_timeout = 60s;
static constexpr auto apply_timeout = 10min;

static constexpr int ended_by_signal = 128; // and the signal's number

StepState state_of_exit(int status)
{
    if (status == 0)
        return StepState::Done;
    if (status == 3)
        return StepState::RolledBack;
    return status == 4 || status > ended_by_signal ? StepState::NeedsHuman : StepState::Failed;
}

Complaint complaint_in(std::string_view stderr_text)
{
    Complaint complaint;
    constexpr std::string_view error = "error: ";
    constexpr std::string_view hint = "hint: ";
    for (const auto line : lines(stderr_text)) {
        const auto at = line.find(error);
        if (complaint.message.empty() && at != std::string_view::npos)
            complaint.message = escaped(line.substr(at + error.size()), 1000);
        if (complaint.hint.empty() && line.starts_with(hint))
            complaint.hint = escaped(line.substr(hint.size()), 1000);
    }
    if (complaint.message.empty())
        complaint.message = escaped(trim(stderr_text.substr(0, 1000)), 1000);
    return complaint;
}

static Result<Output> run(const Provisioning& with, const Command& words,
                          std::chrono::milliseconds timeout)
{
    Command command = words;
    command.front() = cat(verbs_directory, "/", words.front());
    return with.remote.execute(command, {.timeout = timeout});
}

static Command as_json(Command words)
{
    words.insert(words.end(), {"--format", "json"});
    return words;
}

Result<Output> run_verb(const Provisioning& with, const Command& words)
{
    return run(with, words, apply_timeout);
}

static std::string count(const Changes& changes)
{
    return changes.size() == 1 ? "1 change" : cat(std::to_string(changes.size()), " changes");
}

static std::string why(const Output& answer, const Command& words, Complaint& complaint)
{
    complaint = complaint_in(answer.err);
    if (complaint.message.empty())
        complaint.message = answer.status > ended_by_signal
                                ? "it was killed in the middle"
                                : cat("it ended with status ", std::to_string(answer.status));
    if (answer.status > ended_by_signal && complaint.hint.empty())
        complaint.hint = "run setup again: it first puts back what this left";
    return cat(words.front(), " ", words.at(1), ": ", complaint.message);
}

Result<StepPlan> plan_by_verb(const Provisioning& with, const Command& words)
{
    const auto answer = TRY(run(with, as_json(words), plan_timeout));
    if (answer.status == 0)
        return StepPlan{.settled = "as wanted"};
    if (answer.status == 1) {
        const auto changes =
            TRY(parse_changes(answer.out).during(cat(words.front(), " ", words.at(1))));
        return StepPlan{.pending = count(changes), .changes = changes};
    }
    Complaint complaint;
    StepPlan failed{.pending = why(answer, words, complaint), .trouble = StepState::Failed};
    failed.hint = complaint.hint;
    return failed;
}

// Of "transaction ID (undo: …)"; an operator may copy it to a shell.
static std::string transaction_in(std::string_view stderr_text)
{
    constexpr std::string_view prefix = "transaction ";
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789-_.";
    std::string_view id;
    for (const auto line : lines(stderr_text))
        if (line.starts_with(prefix) && line.find(" (undo: ") != std::string_view::npos)
            id = split(line.substr(prefix.size()), ' ').front();
    return id.find_first_not_of(letters) == std::string_view::npos ? std::string{id} : "";
}

Result<StepReport> apply_by_verb(const Provisioning& with, const Command& words)
{
    const auto answer = TRY(run(with, as_json(words), apply_timeout));
    StepReport report{.state = state_of_exit(answer.status)};
    if (answer.status != 0) {
        Complaint complaint;
        report.detail = why(answer, words, complaint);
        report.hint = complaint.hint;
        return report;
    }
    report.transaction = transaction_in(answer.err);
    if (auto changes = parse_changes(answer.out)) {
        report.detail = count(*changes);
        report.changes = *std::move(changes);
    }
    return report;
}

Result<StepReport> confirmed_anew(const Provisioning& with, const std::string& verb,
                                  StepReport applied, std::string_view else_by_itself)
{
    if (applied.state != StepState::Done)
        return applied;
    const Command confirm{cat(verbs_directory, "/", verb), "confirm"};
    const auto answer = with.remote.execute_anew(confirm);
    if (answer && answer->status == 0) {
        applied.detail += ", confirmed over a new login";
        return applied;
    }
    applied.state = StepState::NeedsHuman;
    applied.detail =
        cat("not confirmed, so ", else_by_itself,
            " by itself: ", answer ? complaint_in(answer->err).message : answer.error().message);
    applied.hint = "harden tx list on the node tells when";
    return applied;
}

}
