// The rows of tests/daemonjson/table.toml for those who are no C++ program.
//   daemonjson_table inputs DIRECTORY [STEP]   each STEPth row as files, for a real dockerd
//   daemonjson_table render                    docs/daemonjson-table.md, on stdout
//   daemonjson_table compare MEASURED          what a dockerd did, beside what is on record
#include "base/text.h"
#include "daemonjson/table.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace harden;
using namespace harden::test;

namespace {

const std::filesystem::path data = HARDEN_SOURCE "/tests/daemonjson";

std::string contents(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
}

void put(const std::filesystem::path& file, std::string_view text)
{
    std::ofstream{file} << text;
}

std::string one_a_line(const std::vector<std::string>& all)
{
    return all.empty() ? "" : cat(join(all, "\n"), "\n");
}

void write_inputs(const std::vector<TableRow>& rows, const std::filesystem::path& directory,
                  std::size_t step)
{
    for (std::size_t i = 0; i < rows.size(); i += step) {
        const auto& row = rows[i];
        if (!row.source.empty())
            continue;
        const auto folder = directory / std::to_string(1000 + i);
        std::filesystem::create_directories(folder);
        put(folder / "name", row.name);
        put(folder / "daemon.json", row.text);
        put(folder / "flags", one_a_line(row.flags));
        put(folder / "ask", row.ask);
        put(folder / "knock", row.knock);
        put(folder / "runs", row.runs ? "yes" : "");
    }
}

int compare(const Measurements& known, const Measurements& now)
{
    int different = 0;
    for (const auto& [key, measured] : now) {
        const auto found = known.find(key);
        const bool is_same = found != known.end() && found->second.start == measured.start &&
                             found->second.validate == measured.validate;
        different += is_same ? 0 : 1;
        if (!is_same)
            std::printf("%s on %s: --validate %s, it %s: %s\n", key.first.c_str(),
                        key.second.c_str(), measured.validate.c_str(), measured.start.c_str(),
                        measured.says.c_str());
    }
    std::printf("%zu rows as on record, %d not\n", now.size() - static_cast<std::size_t>(different),
                different);
    return different == 0 && !now.empty() ? 0 : 1;
}

}

int main(int argc, char** argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto rows = table_rows(contents(data / "table.toml"));
    if (!rows) {
        std::fprintf(stderr, "%s\n", rows.error().message.c_str());
        return 2;
    }
    const auto known = measurements(contents(data / "measured.tsv"));
    const auto word = arguments.empty() ? "" : arguments.front();
    if (word == "inputs" && arguments.size() >= 2)
        write_inputs(*rows, arguments[1], arguments.size() > 2 ? std::stoul(arguments[2]) : 1);
    else if (word == "render")
        std::fputs(rendered(*rows, known).c_str(), stdout);
    else if (word == "compare" && arguments.size() == 2)
        return compare(known, measurements(contents(arguments[1])));
    else
        return 2;
    return 0;
}
