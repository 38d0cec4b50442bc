#include "daemonjson/json_document.h"

#include "base/text.h"
#include "daemonjson/json_problem.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace harden {

namespace {

constexpr std::size_t most_bytes = 1 << 20;
constexpr std::size_t most_levels = 32;

// nlohmann's events carry no positions. They come in the order of the tokens, so a cursor that
// walks the text along with them knows where each token stands.
class Builder {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    explicit Builder(std::string_view text)
        : cursor_{text}
    {
    }

    bool null() { return leaf({JsonType::Null, cursor_.word()}); }
    bool boolean(bool value)
    {
        return leaf({.type = JsonType::Boolean, .span = cursor_.word(), .boolean = value});
    }
    bool number_integer(number_integer_t) { return number(); }
    bool number_unsigned(number_unsigned_t) { return number(); }
    bool number_float(number_float_t, const string_t&) { return number(); }
    bool string(string_t& value)
    {
        return leaf({.type = JsonType::Text, .span = cursor_.string(), .text = value});
    }
    bool binary(binary_t&) { return false; }

    bool start_object(std::size_t) { return open(JsonType::Object); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(JsonType::List); }
    bool end_array() { return close(); }
    bool key(string_t& name)
    {
        open_.back().members.push_back({name, cursor_.string(), {}});
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&)
    {
        problem_ = diagnosed(cursor_.text(), cursor_.last(), position == 0 ? 0 : position - 1);
        return false;
    }

    ParsedJson take() { return {std::move(root_), std::move(problem_)}; }

private:
    bool number()
    {
        JsonValue value{.type = JsonType::Number, .span = cursor_.word()};
        value.text = cursor_.text().substr(value.span.begin, value.span.end - value.span.begin);
        return leaf(std::move(value));
    }
    bool open(JsonType type)
    {
        const auto bracket = cursor_.bracket();
        if (open_.size() == most_levels) {
            problem_ = {
                bracket, cat("nested more than ", std::to_string(most_levels), " deep"), {}};
            return false;
        }
        open_.push_back({.type = type, .span = bracket});
        return true;
    }
    bool close()
    {
        open_.back().span.end = cursor_.bracket().end;
        auto value = std::move(open_.back());
        open_.pop_back();
        return leaf(std::move(value));
    }
    bool leaf(JsonValue value)
    {
        if (open_.empty())
            root_ = std::move(value);
        else if (open_.back().type == JsonType::List)
            open_.back().elements.push_back(std::move(value));
        else
            open_.back().members.back().value = std::move(value);
        return true;
    }

    JsonCursor cursor_;
    std::vector<JsonValue> open_;
    std::optional<JsonValue> root_;
    JsonProblem problem_;
};

}

ParsedJson json_document(std::string_view text)
{
    if (text.size() > most_bytes)
        return {{}, {{}, "the file is larger than 1 MiB", {}}};
    Builder builder{text};
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
        return builder.take();
    auto failed = builder.take();
    failed.root.reset();
    return failed;
}

std::string json_string(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}
