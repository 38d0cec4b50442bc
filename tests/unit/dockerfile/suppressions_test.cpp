#include "base/day.h"
#include "dockerfile/suppressions.h"
#include "support/catch.hpp"

using namespace harden;

static const std::string digest = cat("sha256:", std::string(64, 'a'));

static std::vector<Suppression> parsed(const std::string& rows)
{
    const auto entries = parse_suppressions(cat("version = 1\n", rows), "s.toml");
    INFO((entries ? std::string{} : entries.error().message));
    REQUIRE(entries);
    return *entries;
}

static Suppressed outcome(const std::string& rows)
{
    const std::vector<ScanFinding> findings{
        {.rule = "mail.server", .text = "postfix", .message = "installs postfix"},
        {.rule = "miner.program", .text = "xmrig", .message = "runs xmrig"}};
    return suppress(findings, "apps/mail/Dockerfile", digest, parsed(rows),
                    *from_day("2026-11-23"));
}

static const std::string valid = "reason = \"our own relay\"\nowner = \"ann\"\n"
                                 "expires = \"2026-12-31\"\n";

TEST_CASE("what an entry covers moves aside, and says by whom and until when")
{
    const auto sorted = outcome(cat("[[suppress]]\nrule = \"mail.*\"\npath = \"apps/*\"\n", valid));
    REQUIRE(sorted.findings.size() == 1);
    CHECK(sorted.findings[0].rule == "miner.program");
    REQUIRE(sorted.suppressed.size() == 1);
    CHECK(sorted.suppressed[0].message ==
          "installs postfix; until 2026-12-31, ann: our own relay (s.toml:2:1)");
    CHECK(sorted.warnings.empty());
}

TEST_CASE("all that an entry says must hold")
{
    for (const auto& row :
         {std::string{"rule = \"mail\"\n"}, std::string{"rule = \"mail.x\"\n"},
          std::string{"rule = \"mail.server\"\npath = \"mail/*\"\n"},
          cat("rule = \"mail.server\"\ndigest = \"sha256:", std::string(64, 'b'), "\"\n")}) {
        INFO(row);
        CHECK(outcome(cat("[[suppress]]\n", row, valid)).suppressed.empty());
    }
    const auto by_digest = cat("[[suppress]]\nrule = \"*\"\ndigest = \"", digest, "\"\n", valid);
    CHECK(outcome(by_digest).suppressed.size() == 2);
    CHECK(asks_for_digest(parsed(by_digest)));
    CHECK_FALSE(asks_for_digest(parsed(cat("[[suppress]]\nrule = \"*\"\n", valid))));
}

TEST_CASE("one that has expired, or names no reason or owner, does not count and is told")
{
    const auto late = outcome("[[suppress]]\nrule = \"mail.server\"\nreason = \"x\"\n"
                              "owner = \"ann\"\nexpires = \"2026-11-23\"\n");
    CHECK(late.suppressed.empty());
    CHECK(late.warnings ==
          std::vector<std::string>{
              "s.toml:2:1: this suppression expired on 2026-11-23, and does not count"});
    const auto nobody = outcome("[[suppress]]\nrule = \"*\"\nreason = \" \"\nowner = \"ann\"\n"
                                "expires = \"2026-12-31\"\n");
    CHECK(nobody.findings.size() == 2);
    CHECK(nobody.warnings ==
          std::vector<std::string>{
              "s.toml:2:1: this suppression names no reason, and does not count"});
    CHECK(outcome("[[suppress]]\nrule = \"mail.server\"\nreason = \"x\"\n"
                  "expires = \"2026-12-31\"\n")
              .warnings.size() == 1);
}

TEST_CASE("a valid entry counts beside one that does not")
{
    const auto sorted = outcome(cat("[[suppress]]\nrule = \"mail.server\"\nexpires = "
                                    "\"2026-12-31\"\n[[suppress]]\nrule = \"mail.server\"\n",
                                    valid));
    CHECK(sorted.suppressed.size() == 1);
    CHECK(sorted.warnings.size() == 1);
}

TEST_CASE("mistakes are told with their place")
{
    const auto problem = [](const std::string& rows) {
        const auto entries = parse_suppressions(rows, "s.toml");
        REQUIRE_FALSE(entries);
        return entries.error().message;
    };
    CHECK(problem("[[suppress]]\nrule = \"x\"\n").find("s.toml") == 0);
    CHECK(problem("version = 1\n[[suppress]]\nrule = \"x\"\nexpires = \"soon\"\n") ==
          "s.toml:4:1: suppress.expires must be a day in quotes, as in \"2027-03-31\", "
          "before 2262");
    CHECK(problem("version = 1\n[[suppress]]\nrule = \"x\"\nexpires = \"2027-01-01\"\n"
                  "digest = \"abc\"\n")
              .find("sha256:") != std::string::npos);
    CHECK(problem("version = 1\n[[suppress]]\nrule = \"x\"\nexpires = \"2027-01-01\"\nruel = 1\n")
              .find("s.toml:5:") == 0);
    CHECK(problem("version = 1\n[[suppress]]\nrule = \"x\"\nexpires = \"9999-12-31\"\n")
              .find("before 2262") != std::string::npos);
    CHECK(problem("version = 1\nsuppress = [1]\n").find("must be a table") != std::string::npos);
}
