#include "base/json_view.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::json;

struct JsonView::Document {
    Json root;
    std::string problem;
};

static const Json& json(const void* value)
{
    return *static_cast<const Json*>(value);
}

JsonView::JsonView(std::shared_ptr<Document> document, const void* value)
    : document_{std::move(document)}
    , value_{value}
{
}

Result<JsonView> parse_json(std::string_view text)
{
    auto document = std::make_shared<JsonView::Document>();
    document->root = Json::parse(text, nullptr, false);
    if (document->root.is_discarded())
        return Error{ErrorKind::Malformed, "not a JSON document", {}};
    const auto* root = &document->root;
    return JsonView{std::move(document), root};
}

Result<> parse_json_rows(std::string_view text, const JsonRow& row)
{
    constexpr int inside_the_list = 1;
    Result<> outcome = done;
    const auto take = [&](int depth, Json::parse_event_t event, Json& value) {
        if (depth != inside_the_list || event != Json::parse_event_t::object_end)
            return true;
        if (outcome) {
            auto document = std::make_shared<JsonView::Document>();
            document->root = std::move(value);
            const auto* root = &document->root;
            outcome = row(JsonView{std::move(document), root});
        }
        return false; // it is not kept
    };
    const auto rest = Json::parse(text, take, false);
    if (rest.is_discarded() || !rest.is_array() || !rest.empty())
        return Error{ErrorKind::Malformed, "not a list of JSON objects", {}};
    return outcome;
}

const std::string& JsonView::problem() const
{
    return document_->problem;
}

void JsonView::complain(std::string_view problem) const
{
    if (document_->problem.empty())
        document_->problem = problem;
}

JsonView JsonView::at(std::string_view key) const
{
    static const Json none;
    const auto& object = json(value_);
    if (!object.is_object()) {
        if (!object.is_null())
            complain(cat("no object to hold '", key, "'"));
        return {document_, &none};
    }
    const auto found = object.find(key);
    return {document_, found == object.end() ? &none : &*found};
}

// Whether the value is there and of the type wanted. Null is absent, which is no complaint.
template<class Expect>
bool JsonView::is(Expect expect, std::string_view key) const
{
    const auto& value = json(value_);
    if ((value.*expect)())
        return true;
    if (!value.is_null())
        complain(cat("'", key, "' has type ", value.type_name()));
    return false;
}

std::string JsonView::text(std::string_view key) const
{
    const auto value = at(key);
    return value.is(&Json::is_string, key) ? json(value.value_).get<std::string>() : std::string{};
}

std::int64_t JsonView::integer(std::string_view key) const
{
    const auto value = at(key);
    return value.is(&Json::is_number_integer, key) ? json(value.value_).get<std::int64_t>() : 0;
}

std::optional<double> JsonView::number(std::string_view key) const
{
    const auto value = at(key);
    if (!value.is(&Json::is_number, key))
        return std::nullopt;
    return json(value.value_).get<double>();
}

bool JsonView::boolean(std::string_view key) const
{
    const auto value = at(key);
    return value.is(&Json::is_boolean, key) && json(value.value_).get<bool>();
}

std::vector<JsonView> JsonView::rows() const
{
    std::vector<JsonView> all;
    if (json(value_).is_null())
        complain("null where a list should be");
    if (is(&Json::is_array, "the list"))
        for (const auto& row : json(value_))
            all.push_back({document_, &row});
    return all;
}

std::vector<JsonView> JsonView::rows(std::string_view key) const
{
    const auto value = at(key);
    return value.is(&Json::is_array, key) ? value.rows() : std::vector<JsonView>{};
}

std::vector<std::string> JsonView::texts(std::string_view key) const
{
    std::vector<std::string> all;
    for (const auto& row : rows(key))
        if (row.is(&Json::is_string, key))
            all.push_back(json(row.value_).get<std::string>());
    return all;
}

std::vector<double> JsonView::numbers(std::string_view key) const
{
    std::vector<double> all;
    for (const auto& row : rows(key))
        if (row.is(&Json::is_number, key))
            all.push_back(json(row.value_).get<double>());
    return all;
}

std::vector<std::pair<std::string, JsonView>> JsonView::members(std::string_view key) const
{
    std::vector<std::pair<std::string, JsonView>> all;
    const auto value = at(key);
    if (value.is(&Json::is_object, key))
        for (const auto& [name, member] : json(value.value_).items())
            all.emplace_back(name, JsonView{document_, &member});
    return all;
}

JsonView::Texts JsonView::text_map(std::string_view key) const
{
    Texts all;
    for (const auto& [name, member] : members(key))
        if (member.is(&Json::is_string, name))
            all.emplace(name, json(member.value_).get<std::string>());
    return all;
}

JsonView JsonView::within(std::string_view key) const
{
    const auto value = at(key);
    static const Json none;
    return value.is(&Json::is_object, key) ? value : JsonView{document_, &none};
}

std::string json_quoted(std::string_view text)
{
    return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

}
