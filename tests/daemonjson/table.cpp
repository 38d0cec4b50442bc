#include "daemonjson/table.h"

#include "base/shipped.h"
#include "base/text.h"
#include "support/fake_host.h"

namespace harden::test {

const Expected& TableRow::at(std::string_view version) const
{
    const auto found = except.find(version);
    return found == except.end() ? expected : found->second;
}

std::vector<std::string> TableRow::versions() const
{
    if (!only.empty())
        return only;
    std::vector<std::string> all{measured_versions, std::end(measured_versions)};
    if (!source.empty())
        all.emplace_back(read_version);
    return all;
}

// "20.10: dies | 1:2 key.too-new"
static std::pair<std::string, Expected> exception(std::string_view text)
{
    const auto colon = text.find(": ");
    const auto bar = text.find(" |");
    const auto is = text.substr(colon + 2, bar - colon - 2);
    return {std::string{text.substr(0, colon)},
            {std::string{is}, std::string{trim(text.substr(bar + 2))}}};
}

static Result<TableRow> table_row(const Setting& setting)
{
    TableReader reader{setting, "rows"};
    TableRow row;
    row.group = TRY(reader.text("group"));
    row.name = TRY(reader.text("name"));
    row.text = TRY(reader.text("text"));
    row.flags = TRY(reader.texts("flags"));
    row.expected.is = TRY(reader.one_of("is", {"fine", "dies", "ignored", "no container", "open"}));
    row.expected.ours = TRY(reader.text("ours"));
    for (const auto& one : TRY(reader.texts("except")))
        row.except.insert(exception(one));
    row.ask = TRY(reader.text_or("ask", ""));
    row.knock = TRY(reader.text_or("knock", ""));
    row.runs = TRY(reader.boolean_or("runs", row.expected.is == "no container"));
    row.only = TRY(reader.texts("only"));
    row.source = TRY(reader.text_or("source", ""));
    TRY(reader.finish());
    return row;
}

Result<std::vector<TableRow>> table_rows(std::string_view toml)
{
    const auto document = TRY(parse_toml(toml, "tests/daemonjson/table.toml"));
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    std::vector<TableRow> rows;
    for (const auto& setting : TRY(reader.array("rows")))
        rows.push_back(TRY(table_row(setting)));
    TRY(reader.finish());
    return rows;
}

Measurements measurements(std::string_view tab_separated)
{
    Measurements all;
    for (const auto line : lines(tab_separated)) {
        const auto cells = split(line, '\t');
        if (cells.size() != 5)
            continue;
        all[{std::string{cells[0]}, std::string{cells[1]}}] = {
            std::string{cells[2]}, std::string{cells[3]}, std::string{cells[4]}};
    }
    return all;
}

std::string short_form(std::string_view text, const std::vector<JsonComplaint>& complaints)
{
    std::vector<std::string> all;
    for (const auto& one : complaints) {
        const auto place = place_of(text, one.where.begin);
        all.push_back(cat(one.weight == Weight::Warning ? "?" : "", std::to_string(place.line), ":",
                          std::to_string(place.column), " ", one.id));
    }
    return join(all, "; ");
}

static const KeyTable& known_keys()
{
    static const KeyTable table =
        *key_table(*parse_toml(shipped("daemonjson/keys.toml"), "daemonjson/keys.toml"));
    return table;
}

// What the rows name and tests/daemonjson/measure puts on the node.
static const FakeHost& lab_node()
{
    static FakeHost host;
    if (host.status("/etc/passwd").is_absent()) {
        host.with_file("/usr/sbin/runc", "ELF", 0755);
        host.with_file("/etc/passwd", "root:x:0:0::/root:/bin/bash\n", 0644);
        host.with_file("/etc/group", "root:x:0:\ndocker:x:103:\n", 0644);
        host.with_file("/etc/docker/seccomp.json", "{}");
        for (const auto* name : {"ca", "cert", "key"})
            host.with_file(cat("/etc/docker/tls/", name, ".pem"), "PEM");
        host.with_file("/sys/class/net/lo", "");
        for (const auto* database : {"group", "passwd"})
            host.answering({"getent", database, "nobody-of-that-name"}, {.status = 2});
    }
    return host;
}

std::string judged(const TableRow& row, std::string_view version)
{
    const DaemonFacts facts{
        .version = docker_version(version), .flags = row.flags, .host = &lab_node()};
    return short_form(row.text, validate(row.text, known_keys(), facts).complaints);
}

}
