#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace harden {

// Where a value was written, so that an error can name file, line and column.
struct Origin {
    std::string file;
    int line = 0;   // 1-based
    int column = 0; // 1-based
};
std::string to_text(const Origin& origin); // "rules/egress.toml:12:3"

// One value of a TOML document. Tables keep the order of their names (sorted).
struct Setting {
    using Array = std::vector<Setting>;
    using Table = std::map<std::string, Setting, std::less<>>;

    std::variant<bool, std::int64_t, double, std::string, Array, Table> value;
    Origin origin;
};

// A whole TOML document. `file` is the name for messages. Bounded: at most 4 MiB of text.
Result<Setting> parse_toml(std::string_view text, std::string_view file);

// `above` on top of `below`: tables are merged name by name, every other value is replaced.
Setting layered(Setting below, Setting above);

// One line a value, "path = value  # origin", for --show-config.
std::string show_settings(const Setting& document);

// Reads one table and remembers what it was asked for: a key that nobody asked for is an error
// that names the nearest key somebody did. All errors carry "file:line:column: ".
class TableReader {
public:
    // `path` is the table's name in messages, empty for the document itself.
    TableReader(const Setting& table, std::string path);

    bool has(std::string_view key);
    Result<std::string> text(std::string_view key);
    Result<std::string> text_or(std::string_view key, std::string_view fallback);
    Result<std::string> one_of(std::string_view key, const std::vector<std::string>& allowed);
    Result<bool> boolean(std::string_view key);
    Result<bool> boolean_or(std::string_view key, bool fallback);
    Result<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
    Result<double> number(std::string_view key, double least, double most);
    // Absent lists are empty; a single string is a list of one.
    Result<std::vector<std::string>> texts(std::string_view key);
    Result<std::vector<Setting>> array(std::string_view key); // absent: empty
    Result<TableReader> table(std::string_view key);
    // Every entry of the table `key` that is itself a table, in name order; absent: none.
    Result<std::vector<std::pair<std::string, TableReader>>> tables(std::string_view key);

    const Origin& origin_of(std::string_view key) const; // the table's own where the key is absent
    Error error_at(std::string_view key, std::string_view complaint) const;
    // Ends the reading: an error for the first key nobody asked for.
    Result<> finish() const;

private:
    const Setting* look(std::string_view key);
    const Setting* table_;
    std::string path_;
    std::vector<std::string> asked_;
};

}
