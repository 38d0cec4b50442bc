#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace harden {

class JsonView;
using JsonRow = std::function<Result<>(const JsonView&)>;

// A value inside a parsed JSON document, which it keeps alive. An absent or null member reads as
// the empty value. A member of another type than asked for reads as empty too and is remembered
// by the document: a reader asks for all it wants and checks problem() once at the end.
class JsonView {
public:
    using Texts = std::map<std::string, std::string, std::less<>>;

    std::string text(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    bool boolean(std::string_view key) const;
    std::vector<std::string> texts(std::string_view key) const;
    std::vector<double> numbers(std::string_view key) const;
    Texts text_map(std::string_view key) const;

    JsonView within(std::string_view key) const; // the object of that name
    std::vector<JsonView> rows(std::string_view key) const;
    std::vector<JsonView> rows() const; // of the value itself, which must be a list
    std::vector<std::pair<std::string, JsonView>> members(std::string_view key) const;

    // The first thing that was not of the type asked for; empty where all was.
    const std::string& problem() const;
    void complain(std::string_view problem) const; // the first complaint stays

private:
    struct Document;
    friend Result<JsonView> parse_json(std::string_view text);
    friend Result<> parse_json_rows(std::string_view text, const JsonRow& row);
    JsonView(std::shared_ptr<Document> document, const void* value);
    JsonView at(std::string_view key) const;
    template<class Expect>
    bool is(Expect expect, std::string_view key) const;

    std::shared_ptr<Document> document_;
    const void* value_;
};

// A whole JSON text; ErrorKind::Malformed where it is none.
Result<JsonView> parse_json(std::string_view text);
// A list of objects, each one by itself: a long list needs no more memory than its longest row.
// Malformed where it is no such list; ends with the first error that `row` returns.
Result<> parse_json_rows(std::string_view text, const JsonRow& row);

// `text` as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD.
std::string json_quoted(std::string_view text);

}
