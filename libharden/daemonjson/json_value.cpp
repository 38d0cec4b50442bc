#include "base/text.h"
#include "daemonjson/json_document.h"

#include <algorithm>

namespace harden {

std::string_view name_of(JsonType type)
{
    switch (type) {
    case JsonType::Null:
        return "null";
    case JsonType::Boolean:
        return "a boolean";
    case JsonType::Number:
        return "a number";
    case JsonType::Text:
        return "a string";
    case JsonType::List:
        return "a list";
    case JsonType::Object:
        return "an object";
    }
    return "";
}

const JsonValue* JsonValue::find(std::string_view key) const
{
    const auto last = std::find_if(members.rbegin(), members.rend(),
                                   [&](const JsonMember& member) { return member.key == key; });
    return last == members.rend() ? nullptr : &last->value;
}

bool JsonValue::is_text(std::string_view wanted) const
{
    return type == JsonType::Text && text == wanted;
}

bool JsonValue::is_boolean(bool wanted) const
{
    return type == JsonType::Boolean && boolean == wanted;
}

static bool holds_all_of(const JsonValue& whole, const JsonValue& part)
{
    return std::ranges::all_of(part.members, [&](const JsonMember& member) {
        const auto* other = whole.find(member.key);
        return other != nullptr && same(*other, *part.find(member.key));
    });
}

bool same(const JsonValue& left, const JsonValue& right)
{
    if (left.type != right.type)
        return false;
    if (left.type == JsonType::Object)
        return holds_all_of(left, right) && holds_all_of(right, left);
    return left.boolean == right.boolean && left.text == right.text &&
           std::ranges::equal(left.elements, right.elements, same);
}

std::optional<long long> whole_number(const JsonValue& value)
{
    return value.type == JsonType::Number ? to_number(value.text) : std::nullopt;
}

}
