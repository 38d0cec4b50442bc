#include "checks/page.h"
#include "support/catch.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace harden;
using namespace harden::test;

namespace {

struct Row {
    std::string severity;
    std::string title;
};

}

static std::string document(const std::string& name)
{
    std::ifstream file{HARDEN_SOURCE "/docs/" + name};
    REQUIRE(file);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Rows "| GV-01 | `gvisor.installed` | critical | gVisor installed |", by id.
static std::map<std::string, Row> rows_of(std::string_view table)
{
    std::map<std::string, Row> rows;
    for (const auto line : lines(table)) {
        const auto cells = split(line, '|');
        if (cells.size() < 6 || !trim(cells[2]).starts_with('`'))
            continue;
        const auto id = trim(cells[2]);
        const std::string name{id.substr(1, id.size() - 2)};
        INFO(name);
        CHECK_FALSE(rows.contains(name));
        rows[name] = {std::string{trim(cells[3])}, std::string{trim(cells[4])}};
    }
    return rows;
}

TEST_CASE("every row of the catalogue has one id, and no id is given out twice")
{
    const auto text = document("check-ids.md");
    const auto further = text.find("## Further ids");
    REQUIRE(further != std::string::npos);
    const auto catalogue = rows_of(std::string_view{text}.substr(0, further));
    CHECK(catalogue.size() == 165);
    CHECK(rows_of(text).size() ==
          catalogue.size() + rows_of(std::string_view{text}.substr(further)).size());
}

TEST_CASE("every check has an id of the table, with its title and its severity")
{
    const auto rows = rows_of(document("check-ids.md"));
    std::set<std::string_view> ids;
    for (const auto& check : all_checks()) {
        INFO(check.id);
        CHECK(ids.insert(check.id).second);
        CHECK_FALSE(check.remedy.empty());
        CHECK_FALSE(check.why.empty());
        const auto row = rows.find(std::string{check.id});
        REQUIRE(row != rows.end());
        CHECK(row->second.title == check.title);
        CHECK(row->second.severity == name_of(check.severity));
    }
}

TEST_CASE("docs/checks.md is as the checks are, and every row of the catalogue is accounted for")
{
    const auto page =
        checks_page(all_checks(), document("check-ids.md"), document("checks-not-built.md"));
    INFO("build/tests/checks_page writes it anew");
    REQUIRE(page);
    CHECK(*page == document("checks.md"));
}

TEST_CASE("what is built has no reason for not being built")
{
    const auto reasons = document("checks-not-built.md");
    INFO("build/tests/checks_page takes it out");
    CHECK(without_built(reasons, all_checks()) == reasons);
}

TEST_CASE("a row that is neither built nor given a reason is an error")
{
    const auto ids = document("check-ids.md");
    const auto page = checks_page({}, ids, "");
    REQUIRE_FALSE(page);
    CHECK(page.error().message.find("GV-01 (gvisor.installed)") != std::string::npos);
}

TEST_CASE("an id that nobody has is an error that names the nearest")
{
    const auto picked = pick_checks({"ssh.pasword-auth"});
    REQUIRE_FALSE(picked);
    CHECK(picked.error().hint == "did you mean \"ssh.password-auth\"?");
    CHECK(pick_checks({"ssh.root-login", "cve.runc"})->size() == 2);
}

TEST_CASE("what the node does about egress and gVisor cannot be waived, versions can")
{
    for (const auto& check : all_checks()) {
        INFO(check.id);
        if (check.id.starts_with("network.") || check.id == "gvisor.sandboxed")
            CHECK_FALSE(is_waivable(check));
        if (check.id.starts_with("cve.") || check.id == "gvisor.release-age")
            CHECK(is_waivable(check));
    }
}

TEST_CASE("the groups stand in the report's order")
{
    std::vector<std::string_view> groups;
    for (const auto& check : all_checks())
        if (groups.empty() || groups.back() != check.group)
            groups.push_back(check.group);
    CHECK(groups == std::vector<std::string_view>{
                        "gVisor", "Egress Rules", "Miner Detection", "Docker Configuration",
                        "Running Containers", "System Containers", "SSH Hardening", "Host Firewall",
                        "Network Tests", "Known-Vulnerable Versions", "Kernel", "Host"});
}
