#pragma once

#include "daemonjson/json_document.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Keys from the outermost to the one that is meant.
using JsonPath = std::vector<std::string>;
std::string to_text(const JsonPath& path); // "log-opts.max-size"

// `text` with every value of the object `wanted` in it, key by key. Other keys, their order, line
// ends and indentation stay as somebody wrote them. Both are objects without duplicate keys.
std::string merged(std::string text, const JsonValue& wanted);

// `text` without the value at `path`; unchanged where there is none.
std::string without(std::string text, const JsonPath& path);

// One value as JSON on one line.
std::string compact(const JsonValue& value);

}
