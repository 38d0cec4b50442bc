#pragma once

#include "node/change.h"
#include "report/report.h"

namespace harden {

enum class Colour { Never, Always };

// The report of document 003: numbered groups, "  [OK] …" lines, a closing sentence.
std::string render_text(const Report& report, Colour colour);
// schema "harden.verify/1"
std::string render_json(const Report& report);

// "no changes" where there are none; else a line a change.
std::string render_text(const Changes& changes);
// {"schema": "harden.VERB/1", "changes": [{what, from, to}]}
std::string render_json(const Changes& changes, std::string_view verb);

}
