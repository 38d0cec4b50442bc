#include "steps/provision_json.h"

#include "base/json_view.h"
#include "report/render.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static Error malformed(std::string_view what)
{
    return {ErrorKind::Malformed,
            cat("the node's answer is not what was asked for: ", escaped(what)),
            "is the node's harden of this version?"};
}

static Result<JsonView> parse(std::string_view text)
{
    auto json = TRY(parse_json(text).during("read the node's answer"));
    if (!json.text("schema").starts_with("harden."))
        return malformed("no schema of harden's");
    return json;
}

Result<Changes> parse_changes(std::string_view text)
{
    const auto json = TRY(parse(text));
    Changes changes;
    for (const auto& row : json.rows("changes"))
        changes.push_back({row.text("what"), row.text("from"), row.text("to")});
    if (!json.problem().empty())
        return malformed(json.problem());
    return changes;
}

static Json json_of(const StepReport& step)
{
    Json json{{"name", step.name}, {"state", name_of(step.state)}, {"detail", step.detail}};
    if (!step.hint.empty())
        json["hint"] = step.hint;
    if (!step.transaction.empty())
        json["transaction"] = step.transaction;
    json["seconds"] = static_cast<double>(step.took.count()) / 1000;
    json["changes"] = Json::array();
    for (const auto& change : step.changes)
        json["changes"].push_back(
            {{"what", change.what}, {"from", change.from}, {"to", change.to}});
    return json;
}

static std::string one_document(const Json& json, int indent)
{
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

static Json json_of(const std::optional<Report>& report)
{
    return report ? Json::parse(render_json(*report), nullptr, false) : Json{};
}

std::string render_report_event(const ProvisionOutcome& outcome, std::string_view node)
{
    return one_document({{"schema", "harden.setup.event/1"},
                         {"node", node},
                         {"report", json_of(outcome.report)},
                         {"exit", outcome.exit}},
                        -1);
}

std::string render_setup_json(const ProvisionOutcome& outcome, std::string_view node)
{
    Json json{{"schema", "harden.setup/1"}, {"node", node}, {"profile", outcome.profile}};
    json["steps"] = Json::array();
    for (const auto& step : outcome.steps)
        json["steps"].push_back(json_of(step));
    if (!outcome.left_out.empty())
        json["left_out"] = outcome.left_out;
    json["report"] = json_of(outcome.report);
    json["exit"] = outcome.exit;
    return one_document(json, 2);
}

std::string render_step_event(const StepReport& step, std::size_t number, std::size_t total,
                              std::string_view node)
{
    Json json{
        {"schema", "harden.setup.event/1"}, {"node", node}, {"number", number}, {"of", total}};
    json.update(json_of(step));
    return one_document(json, -1);
}

}
