#include "base/settings.h"

#include <algorithm>
#include <charconv>

namespace harden {

std::string to_text(const Origin& origin)
{
    return cat(origin.file, ":", std::to_string(origin.line), ":", std::to_string(origin.column));
}

Setting layered(Setting below, Setting above)
{
    auto* under = std::get_if<Setting::Table>(&below.value);
    auto* over = std::get_if<Setting::Table>(&above.value);
    if (under == nullptr || over == nullptr)
        return above;
    for (auto& [key, value] : *over) {
        const auto known = under->find(key);
        if (known == under->end())
            under->emplace(key, std::move(value));
        else
            known->second = layered(std::move(known->second), std::move(value));
    }
    return below;
}

namespace {

std::string number_text(double number)
{
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    return {std::begin(digits), end};
}

std::string value_text(const Setting& setting)
{
    struct Writer {
        std::string operator()(bool value) const { return value ? "true" : "false"; }
        std::string operator()(std::int64_t value) const { return std::to_string(value); }
        std::string operator()(double value) const { return number_text(value); }
        std::string operator()(const std::string& value) const
        {
            return cat("\"", escaped(value, 4096), "\"");
        }
        std::string operator()(const Setting::Array& values) const
        {
            std::vector<std::string> parts;
            for (const auto& value : values)
                parts.push_back(value_text(value));
            return cat("[", join(parts, ", "), "]");
        }
        std::string operator()(const Setting::Table& table) const
        {
            std::vector<std::string> parts;
            for (const auto& [key, value] : table)
                parts.push_back(cat(key, " = ", value_text(value)));
            return cat("{", join(parts, ", "), "}");
        }
    };
    return std::visit(Writer{}, setting.value);
}

void show(const Setting& setting, const std::string& path, std::string& out)
{
    const auto* table = std::get_if<Setting::Table>(&setting.value);
    if (table == nullptr) {
        out += cat(path, " = ", value_text(setting), "  # ", to_text(setting.origin), "\n");
        return;
    }
    for (const auto& [key, value] : *table)
        show(value, path.empty() ? key : cat(path, ".", key), out);
}

template<class Wanted>
constexpr std::string_view kind_name()
{
    if constexpr (std::is_same_v<Wanted, bool>)
        return "true or false";
    else if constexpr (std::is_same_v<Wanted, std::int64_t>)
        return "a whole number";
    else if constexpr (std::is_same_v<Wanted, double>)
        return "a number";
    else if constexpr (std::is_same_v<Wanted, std::string>)
        return "a text in quotes";
    else if constexpr (std::is_same_v<Wanted, Setting::Array>)
        return "a list";
    else
        return "a table";
}

}

std::string show_settings(const Setting& document)
{
    std::string out;
    show(document, {}, out);
    return out;
}

TableReader::TableReader(const Setting& table, std::string path)
    : table_{&table}
    , path_{std::move(path)}
{
}

const Setting* TableReader::look(std::string_view key)
{
    asked_.emplace_back(key);
    const auto& entries = std::get<Setting::Table>(table_->value);
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : &found->second;
}

bool TableReader::has(std::string_view key)
{
    return look(key) != nullptr;
}

const Origin& TableReader::origin_of(std::string_view key) const
{
    const auto& entries = std::get<Setting::Table>(table_->value);
    const auto found = entries.find(key);
    return found == entries.end() ? table_->origin : found->second.origin;
}

Error TableReader::error_at(std::string_view key, std::string_view complaint) const
{
    const auto name = path_.empty() ? std::string{key} : cat(path_, ".", key);
    return {ErrorKind::Malformed, cat(to_text(origin_of(key)), ": ", name, " ", complaint), {}};
}

namespace {

template<class Wanted>
Result<Wanted> typed(const Setting* setting, const TableReader& reader, std::string_view key)
{
    if (setting == nullptr)
        return reader.error_at(key, "is missing");
    if (const auto* value = std::get_if<Wanted>(&setting->value))
        return *value;
    return reader.error_at(key, cat("must be ", kind_name<Wanted>()));
}

}

Result<std::string> TableReader::text(std::string_view key)
{
    return typed<std::string>(look(key), *this, key);
}

Result<std::string> TableReader::text_or(std::string_view key, std::string_view fallback)
{
    return has(key) ? text(key) : Result<std::string>{std::string{fallback}};
}

Result<std::string> TableReader::one_of(std::string_view key,
                                        const std::vector<std::string>& allowed)
{
    auto word = TRY(text(key));
    if (std::ranges::find(allowed, word) != allowed.end())
        return word;
    auto problem =
        error_at(key, cat("is \"", escaped(word), "\", not one of ", join(allowed, ", ")));
    if (const auto meant = nearest(word, allowed))
        problem.hint = cat("did you mean \"", *meant, "\"?");
    return problem;
}

Result<bool> TableReader::boolean(std::string_view key)
{
    return typed<bool>(look(key), *this, key);
}

Result<bool> TableReader::boolean_or(std::string_view key, bool fallback)
{
    return has(key) ? boolean(key) : Result<bool>{fallback};
}

Result<std::int64_t> TableReader::integer(std::string_view key, std::int64_t least,
                                          std::int64_t most)
{
    const auto number = TRY(typed<std::int64_t>(look(key), *this, key));
    if (number >= least && number <= most)
        return number;
    return error_at(key, cat("is ", std::to_string(number), ", out of range ",
                             std::to_string(least), " to ", std::to_string(most)));
}

Result<double> TableReader::number(std::string_view key, double least, double most)
{
    const auto* setting = look(key);
    const auto* whole = setting == nullptr ? nullptr : std::get_if<std::int64_t>(&setting->value);
    const auto number =
        whole != nullptr ? static_cast<double>(*whole) : TRY(typed<double>(setting, *this, key));
    if (number >= least && number <= most)
        return number;
    return error_at(key, cat("is ", number_text(number), ", out of range ", number_text(least),
                             " to ", number_text(most)));
}

Result<std::vector<std::string>> TableReader::texts(std::string_view key)
{
    std::vector<std::string> all;
    const auto* setting = look(key);
    if (setting == nullptr)
        return all;
    if (const auto* single = std::get_if<std::string>(&setting->value))
        return std::vector<std::string>{*single};
    for (const auto& entry : TRY(typed<Setting::Array>(setting, *this, key))) {
        const auto* text = std::get_if<std::string>(&entry.value);
        if (text == nullptr)
            return Error{ErrorKind::Malformed,
                         cat(to_text(entry.origin), ": ", key, " must hold texts in quotes"),
                         {}};
        all.push_back(*text);
    }
    return all;
}

Result<std::vector<Setting>> TableReader::array(std::string_view key)
{
    const auto* setting = look(key);
    if (setting == nullptr)
        return std::vector<Setting>{};
    return typed<Setting::Array>(setting, *this, key);
}

Result<TableReader> TableReader::table(std::string_view key)
{
    const auto* setting = look(key);
    if (setting != nullptr && std::holds_alternative<Setting::Table>(setting->value))
        return TableReader{*setting, path_.empty() ? std::string{key} : cat(path_, ".", key)};
    return error_at(key, setting == nullptr ? "is missing" : "must be a table");
}

Result<std::vector<std::pair<std::string, TableReader>>> TableReader::tables(std::string_view key)
{
    std::vector<std::pair<std::string, TableReader>> all;
    if (!has(key))
        return all;
    auto parent = TRY(table(key));
    for (const auto& [name, value] : std::get<Setting::Table>(parent.table_->value)) {
        if (!std::holds_alternative<Setting::Table>(value.value))
            return parent.error_at(name, "must be a table");
        all.emplace_back(name, TableReader{value, cat(parent.path_, ".", name)});
    }
    return all;
}

Result<> TableReader::finish() const
{
    for (const auto& [key, value] : std::get<Setting::Table>(table_->value)) {
        if (std::ranges::find(asked_, key) != asked_.end())
            continue;
        const auto where = path_.empty() ? std::string{} : cat(" in ", path_);
        Error problem{ErrorKind::Malformed,
                      cat(to_text(value.origin), ": unknown key \"", escaped(key), "\"", where),
                      {}};
        if (const auto meant = nearest(key, asked_))
            problem.hint = cat("did you mean \"", *meant, "\"?");
        return problem;
    }
    return done;
}

}
