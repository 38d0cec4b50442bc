#pragma once

#include "daemonjson/validate.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden::test {

// What dockerd does with a file, and what ours must say of it.
struct Expected {
    std::string is;   // "fine", "dies", "ignored", "no container", "open"
    std::string ours; // "1:2 key.unknown; ?1:9 value.null"
};

// One file of tests/daemonjson/table.toml.
struct TableRow {
    std::string group;
    std::string name;
    std::string text;
    std::vector<std::string> flags;
    Expected expected;
    std::map<std::string, Expected, std::less<>> except; // by version
    std::string ask;
    std::string knock; // a URL of its API
    bool runs = false;
    std::vector<std::string> only; // versions; empty: all
    std::string source;            // read there, not measured

    const Expected& at(std::string_view version) const;
    // Those that it is judged for, the newest last.
    std::vector<std::string> versions() const;
};
Result<std::vector<TableRow>> table_rows(std::string_view toml);

// What a real dockerd did with a row.
struct Measured {
    std::string validate; // "accepts", "refuses", "-" where dockerd cannot be asked
    std::string start;    // "starts", "dies", "no container", "open"
    std::string says;
};
using Measurements = std::map<std::pair<std::string, std::string>, Measured>; // row, version
Measurements measurements(std::string_view tab_separated);

inline constexpr std::string_view measured_versions[] = {"20.10", "26.1", "28.5"};
inline constexpr auto read_version = "29.7"; // of rows with a source

// The complaints in the form of `Expected::ours`.
std::string short_form(std::string_view text, const std::vector<JsonComplaint>& complaints);
// What ours says, on a machine that has the files of the lab's node.
std::string judged(const TableRow& row, std::string_view version);

// docs/daemonjson-table.md
std::string rendered(const std::vector<TableRow>& rows, const Measurements& measured);

}
