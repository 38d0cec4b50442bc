#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Byte offsets into a text, [begin, end).
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
};

enum class JsonType { Null, Boolean, Number, Text, List, Object };
std::string_view name_of(JsonType type); // "a boolean"

struct JsonMember;

// A JSON value that knows where it was written.
struct JsonValue {
    JsonType type = JsonType::Null;
    TextSpan span;
    bool boolean = false;
    std::string text; // a string's characters, or a number as it was written
    std::vector<JsonValue> elements;
    std::vector<JsonMember> members; // in file order, duplicates included

    // The last of its name, which is the one that dockerd reads.
    const JsonValue* find(std::string_view key) const;
    bool is_text(std::string_view wanted) const;
    bool is_boolean(bool wanted) const;
};

struct JsonMember {
    std::string key;
    TextSpan key_span;
    JsonValue value;
};

// Equal in meaning: objects in any order of their keys.
bool same(const JsonValue& left, const JsonValue& right);
// A number written as a whole decimal number, which is what Go accepts for an integer.
std::optional<long long> whole_number(const JsonValue& value);

// Why a text is not JSON.
struct JsonProblem {
    TextSpan where;
    std::string message;
    std::string hint;
};

struct ParsedJson {
    std::optional<JsonValue> root; // none: see the problem
    JsonProblem problem;
};

// Strict JSON. Bounded: at most 1 MiB of text and 32 levels.
ParsedJson json_document(std::string_view text);

// A string as JSON writes it, with its quotes.
std::string json_string(std::string_view text);

}
