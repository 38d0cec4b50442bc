#include "daemonjson/json_edit.h"

#include "base/text.h"

#include <algorithm>
#include <optional>

namespace harden {

namespace {

// How the members of one object are laid out in a text.
struct Layout {
    std::string newline; // "\n" or "\r\n"; empty: all on one line
    std::string unit;    // what one level is indented by
    std::string indent;  // of the members
    std::string colon;   // between a key and its value

    Layout deeper() const { return {newline, unit, indent + unit, colon}; }
};

}

static std::string blanks_before(std::string_view text, std::size_t offset)
{
    const auto line = text.substr(0, offset).rfind('\n');
    const auto begin = line == std::string_view::npos ? 0 : line + 1;
    const auto end = std::min(text.find_first_not_of(" \t", begin), offset);
    return std::string{text.substr(begin, end - begin)};
}

static std::string colon_of(std::string_view text, const JsonValue& object)
{
    if (object.members.empty())
        return ": ";
    const auto& first = object.members.front();
    return std::string{
        text.substr(first.key_span.end, first.value.span.begin - first.key_span.end)};
}

static Layout layout_of(std::string_view text, const JsonValue& root, const JsonValue& object)
{
    const auto& styled = object.members.empty() ? root : object;
    Layout layout{.newline = text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n",
                  .unit = "  ",
                  .colon = colon_of(text, styled)};
    if (!root.members.empty())
        layout.unit = blanks_before(text, root.members.front().key_span.begin);
    const auto outer = blanks_before(text, object.span.begin);
    layout.indent = outer + layout.unit;
    if (styled.members.empty())
        return layout;
    const auto first = styled.members.front().key_span.begin;
    if (text.substr(styled.span.begin, first - styled.span.begin).find('\n') ==
        std::string_view::npos)
        layout.newline.clear();
    else if (!object.members.empty())
        layout.indent = blanks_before(text, first);
    return layout;
}

static std::string rendered(const JsonValue& value, const Layout& layout);

static std::string list(const JsonValue& value, const Layout& layout)
{
    std::vector<std::string> elements;
    const Layout one_line{.colon = layout.colon};
    for (const auto& element : value.elements)
        elements.push_back(rendered(element, one_line));
    return cat("[", join(elements, ", "), "]");
}

static std::string object(const JsonValue& value, const Layout& layout)
{
    std::vector<std::string> members;
    const auto inner = layout.deeper();
    for (const auto& member : value.members)
        members.push_back(cat(layout.newline.empty() ? "" : inner.indent, json_string(member.key),
                              layout.colon, rendered(member.value, inner)));
    if (members.empty())
        return "{}";
    if (layout.newline.empty())
        return cat("{", join(members, ", "), "}");
    return cat("{", layout.newline, join(members, cat(",", layout.newline)), layout.newline,
               layout.indent, "}");
}

static std::string rendered(const JsonValue& value, const Layout& layout)
{
    switch (value.type) {
    case JsonType::Null:
        return "null";
    case JsonType::Boolean:
        return value.boolean ? "true" : "false";
    case JsonType::Number:
        return value.text;
    case JsonType::Text:
        return json_string(value.text);
    case JsonType::List:
        return list(value, layout);
    case JsonType::Object:
        return object(value, layout);
    }
    return {};
}

std::string compact(const JsonValue& value)
{
    return rendered(value, {.colon = ": "});
}

std::string to_text(const JsonPath& path)
{
    return join(path, ".");
}

static std::string inserted(std::string text, const JsonValue& root, const JsonValue& object,
                            const JsonMember& member)
{
    const auto layout = layout_of(text, root, object);
    const auto line = cat(json_string(member.key), layout.colon, rendered(member.value, layout));
    const auto inner = layout.newline.empty() ? std::string{} : layout.newline + layout.indent;
    if (object.members.empty()) {
        const auto outer = blanks_before(text, object.span.begin);
        const auto tail = layout.newline.empty() ? std::string{} : layout.newline + outer;
        return text.replace(object.span.begin, object.span.end - object.span.begin,
                            cat("{", inner, line, tail, "}"));
    }
    const auto separator = layout.newline.empty() ? std::string{" "} : inner;
    return text.insert(object.members.back().value.span.end, cat(",", separator, line));
}

// The text after one edit that brings it nearer to `wanted`; nothing where it is there.
static std::optional<std::string> nearer(const std::string& text, const JsonValue& root,
                                         const JsonValue& object, const JsonValue& wanted)
{
    for (const auto& member : wanted.members) {
        const auto* present = object.find(member.key);
        if (present == nullptr)
            return inserted(text, root, object, member);
        if (present->type == JsonType::Object && member.value.type == JsonType::Object) {
            if (auto edited = nearer(text, root, *present, member.value))
                return edited;
        } else if (!same(*present, member.value)) {
            auto edited = text;
            const auto value = rendered(member.value, layout_of(text, root, object));
            return edited.replace(present->span.begin, present->span.end - present->span.begin,
                                  value);
        }
    }
    return std::nullopt;
}

std::string merged(std::string text, const JsonValue& wanted)
{
    while (true) {
        const auto parsed = json_document(text);
        if (!parsed.root)
            return text;
        auto edited = nearer(text, *parsed.root, *parsed.root, wanted);
        if (!edited)
            return text;
        text = std::move(*edited);
    }
}

static std::string without_member(std::string text, const JsonValue& object, std::size_t index)
{
    const auto& members = object.members;
    if (members.size() == 1)
        return text.replace(object.span.begin, object.span.end - object.span.begin, "{}");
    const auto begin = index == 0 ? members[0].key_span.begin : members[index - 1].value.span.end;
    const auto end = index == 0 ? members[1].key_span.begin : members[index].value.span.end;
    return text.erase(begin, end - begin);
}

std::string without(std::string text, const JsonPath& path)
{
    const auto parsed = json_document(text);
    if (!parsed.root || path.empty())
        return text;
    const auto* object = &*parsed.root;
    for (auto key = path.begin(); object != nullptr && key + 1 != path.end(); ++key)
        object = object->find(*key);
    if (object == nullptr)
        return text;
    const auto found = std::ranges::find(object->members, path.back(), &JsonMember::key);
    if (found == object->members.end())
        return text;
    return without_member(std::move(text), *object,
                          static_cast<std::size_t>(found - object->members.begin()));
}

}
