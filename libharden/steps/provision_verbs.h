#pragma once

#include "steps/provision_steps.h"

namespace harden {

// A verb on the node, by its words: {"tx", "rollback", ID}.
Result<Output> run_verb(const Provisioning& with, const Command& words);

// What a verb on the node said and how it ended, as the step of a provisioning.
Result<StepPlan> plan_by_verb(const Provisioning& with, const Command& words);
Result<StepReport> apply_by_verb(const Provisioning& with, const Command& words);

// An armed change that was applied, kept by the verb's confirm over a new login; otherwise the node
// takes it back by itself, which `else_by_itself` names.
Result<StepReport> confirmed_anew(const Provisioning& with, const std::string& verb,
                                  StepReport applied, std::string_view else_by_itself);

// The verb's exit status as the state of a step that tried to change something.
StepState state_of_exit(int status);

struct Complaint {
    std::string message;
    std::string hint;
};
// The first "…: error: …" line and "hint: …" line of what a verb wrote to stderr.
Complaint complaint_in(std::string_view stderr_text);

}
