#pragma once

#include "report/read_json.h"
#include "steps/provision.h"

namespace harden {

// What verbs on a node print with --format json: foreign text, read strictly. Unknown fields are
// passed over, since a newer node may tell more.
Result<Changes> parse_changes(std::string_view text); // schema harden.VERB/1 with "changes"

// schema harden.setup/1: {schema, node, profile, steps: [{name, state, detail, hint, seconds,
// changes}], report, exit}.
std::string render_setup_json(const ProvisionOutcome& outcome, std::string_view node);
// One event of a run, in one line: schema harden.setup.event/1.
std::string render_step_event(const StepReport& step, std::size_t number, std::size_t total,
                              std::string_view node);
// The last event: the node's report and the exit status.
std::string render_report_event(const ProvisionOutcome& outcome, std::string_view node);

}
