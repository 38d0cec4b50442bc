#include "base/text.h"
#include "daemonjson/address.h"
#include "daemonjson/judge.h"
#include "daemonjson/size.h"

#include <algorithm>
#include <cctype>

namespace harden {

static JsonType written_as(KeyType type)
{
    switch (type) {
    case KeyType::Boolean:
        return JsonType::Boolean;
    case KeyType::Integer:
        return JsonType::Number;
    case KeyType::Texts:
    case KeyType::Addresses:
    case KeyType::List:
        return JsonType::List;
    case KeyType::Object:
        return JsonType::Object;
    case KeyType::Size:
    case KeyType::Text:
    case KeyType::Address:
    case KeyType::Network:
    case KeyType::File:
        return JsonType::Text;
    }
    return JsonType::Null;
}

static std::string type_advice(JsonType wanted, const JsonValue& value)
{
    if (wanted == JsonType::Boolean && value.type == JsonType::Text &&
        (value.text == "true" || value.text == "false"))
        return cat("write ", value.text, " without quotes");
    if (wanted == JsonType::Number && value.type == JsonType::Text && to_number(value.text))
        return cat("write ", value.text, " without quotes");
    if (wanted == JsonType::Text && value.type == JsonType::Number)
        return cat("write \"", value.text, "\"");
    if (wanted == JsonType::List && value.type == JsonType::Text)
        return cat("write [", escaped(json_string(value.text)), "]");
    return {};
}

static void judge_integer(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    const auto number = whole_number(value);
    if (!number)
        return judge.error(value.span, "value.type",
                           cat("\"", rule.name, "\" must be a whole number, this is ", value.text));
    if (*number < rule.least || *number > rule.most)
        judge.error(value.span, "value.range",
                    cat("\"", rule.name, "\" must be between ", std::to_string(rule.least), " and ",
                        std::to_string(rule.most)));
}

static void judge_choice(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    auto text = value.text;
    if (rule.any_case)
        std::ranges::transform(text, text.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool is_default = text.empty() || rule.values.empty();
    if (is_default || std::ranges::find(rule.values, text) != rule.values.end())
        return;
    judge.error(value.span, "value.choice",
                cat("\"", rule.name, "\" cannot be ", escaped(json_string(value.text))),
                cat("one of ", join(rule.values, ", ")));
}

static void judge_address(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    if (!judge.expect(value, JsonType::Text, cat("a value of \"", rule.name, "\"")) ||
        ip_address(value.text))
        return;
    if (value.text.empty() && !judge.is_before({23, 0}))
        judge.warn(value.span, "value.address", "an empty address", "remove it");
    else
        judge.error(value.span, "value.address",
                    cat(escaped(json_string(value.text)), " is not an IP address"));
}

static void judge_network(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    if (!value.text.empty() && !ip_network(value.text))
        judge.error(value.span, "value.network",
                    cat("\"", rule.name, "\" must be an address with its prefix length; ",
                        escaped(json_string(value.text)), " is none: dockerd does not start"),
                    "as in \"172.26.0.1/16\"");
}

static void judge_texts(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    for (const auto& element : value.elements)
        judge.expect(element, JsonType::Text, cat("a value of \"", rule.name, "\""));
}

static void judge_size(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    if (!size_in_bytes(value.text))
        judge.error(value.span, "value.size",
                    cat("\"", rule.name, "\" must be a size; ", escaped(json_string(value.text)),
                        " is none"),
                    "as in \"64m\"");
}

void judge_value(const Judge& judge, const KeyRule& rule, const JsonValue& value)
{
    const auto wanted = written_as(rule.type);
    if (value.type != wanted)
        return judge.error(
            value.span, "value.type",
            cat("\"", rule.name, "\" must be ", name_of(wanted), ", this is ", name_of(value.type)),
            type_advice(wanted, value));
    switch (rule.type) {
    case KeyType::Integer:
        return judge_integer(judge, rule, value);
    case KeyType::Text:
        return judge_choice(judge, rule, value);
    case KeyType::Size:
        return judge_size(judge, rule, value);
    case KeyType::Address:
        return value.text.empty() ? void() : judge_address(judge, rule, value);
    case KeyType::Addresses:
        for (const auto& element : value.elements)
            judge_address(judge, rule, element);
        return;
    case KeyType::Network:
        return judge_network(judge, rule, value);
    case KeyType::Texts:
        return judge_texts(judge, rule, value);
    case KeyType::Object:
        if (!rule.fields.empty())
            judge.fields(value, rule.fields, cat("\"", rule.name, "\""));
        return;
    case KeyType::Boolean:
    case KeyType::File:
    case KeyType::List:
        return;
    }
}

}
