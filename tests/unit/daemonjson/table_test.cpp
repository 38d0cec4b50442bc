#include "base/text.h"
#include "daemonjson/table.h"
#include "support/catch.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace harden;
using namespace harden::test;

static std::string source(std::string_view name)
{
    std::ostringstream text;
    text << std::ifstream{cat(HARDEN_SOURCE "/", name)}.rdbuf();
    return text.str();
}

static const std::vector<TableRow>& rows()
{
    static const auto all = *table_rows(source("tests/daemonjson/table.toml"));
    return all;
}

TEST_CASE("daemon.json: verdict, line and column are right on every row of the table")
{
    for (const auto& row : rows())
        for (const auto& version : row.versions()) {
            CAPTURE(row.name, row.text, version);
            CHECK(judged(row, version) == row.at(version).ours);
        }
}

TEST_CASE("daemon.json: an error is what dockerd does not do as it stands there, nothing else is")
{
    for (const auto& row : rows())
        for (const auto& version : row.versions()) {
            CAPTURE(row.name, version);
            const auto errors = split(row.at(version).ours, ';');
            const bool has_error = std::ranges::any_of(errors, [](std::string_view one) {
                return !trim(one).empty() && !trim(one).starts_with('?');
            });
            CHECK(has_error == (row.at(version).is != "fine"));
        }
}

TEST_CASE("daemon.json: the table says of dockerd what real ones did")
{
    const auto measured = measurements(source("tests/daemonjson/measured.tsv"));
    for (const auto& row : rows())
        for (const auto& version : row.versions()) {
            if (!row.source.empty())
                continue;
            CAPTURE(row.name, version);
            const auto found = measured.find({row.name, version});
            REQUIRE(found != measured.end());
            const auto& is = row.at(version).is;
            CHECK(found->second.start == (is == "fine" || is == "ignored" ? "starts" : is));
        }
}

TEST_CASE("daemon.json: the page of the table is what render writes")
{
    const auto measured = measurements(source("tests/daemonjson/measured.tsv"));
    CHECK(source("docs/daemonjson-table.md") == rendered(rows(), measured));
}
