#include "base/time.h"
#include "rules.h"
#include "usage/exemption.h"

using namespace harden;
using namespace harden::test;

static const std::string image = "sha256:" + std::string(64, 'a');
static const std::string other_image = "sha256:" + std::string(64, 'b');
static const auto now = *from_rfc3339("2026-11-22T12:00:00Z");

static std::string table(std::string_view body)
{
    return cat("version = 1\n[exempt.ci]\nreason = \"builds\"\nexpires = \"2027-01-01\"\n", body);
}

static std::string complaint_about(std::string_view site)
{
    const auto rules = rules_with(site);
    return rules ? "" : rules.error().message;
}

static Exempted outcome(std::string_view body, const Container& container,
                        const Result<bool>& image_has = false)
{
    const auto rules = rules_with(table(body));
    INFO((rules ? std::string{} : rules.error().message));
    REQUIRE(rules);
    return exempted(container, rules->actions.exemptions, now,
                    [&](std::string_view, std::string_view) { return image_has; });
}

TEST_CASE("an image's id exempts the containers made of it, a name never")
{
    const auto by_image = cat("image = \"", image, "\"\n");
    CHECK(outcome(by_image, {.name = "x", .image_id = image}).by == "ci");
    CHECK(outcome(by_image, {.name = "ci", .image = "ci", .image_id = other_image}).by.empty());
    CHECK(complaint_about(table("image = \"traefik:latest\"\n")).find("names and tags") !=
          std::string::npos);
    CHECK(complaint_about(table("name = \"traefik\"\n")) != "");
}

TEST_CASE("a label is believed only where the operator's file says whence it comes")
{
    const Container labelled{.image_id = image, .labels = {{"harden.miners", "exempt"}}};
    const Container other{.image_id = image, .labels = {{"harden.miners", "yes"}}};
    const auto given = "label = \"harden.miners=exempt\"\nlabel_source = \"container\"\n";
    CHECK(outcome(given, labelled).by == "ci");
    CHECK(outcome(given, other).by.empty());
    CHECK(outcome(given, {.image_id = image}).by.empty());

    const auto inherited = outcome(given, labelled, true);
    CHECK(inherited.by.empty());
    CHECK(inherited.note == "exemption ci: its own image brings the label");
    const auto unknown = outcome(given, labelled, Error{ErrorKind::Failed, "docker is away", {}});
    CHECK(unknown.by.empty());
    CHECK(unknown.note.find("docker is away") != std::string::npos);

    const auto by_image = cat("label = \"harden.miners=exempt\"\nlabel_source = \"", image, "\"\n");
    CHECK(outcome(by_image, labelled, true).by == "ci");
    auto elsewhere = labelled;
    elsewhere.image_id = other_image;
    CHECK(outcome(by_image, elsewhere, false).by.empty());
}

TEST_CASE("an exemption that is over holds no longer and says so")
{
    const auto over = rules_with(cat("version = 1\n[exempt.ci]\nreason = \"builds\"\nimage = \"",
                                     image, "\"\nexpires = \"2026-11-22\"\n"));
    REQUIRE(over);
    const auto& exemptions = over->actions.exemptions;
    const auto nobody_asks = [](std::string_view, std::string_view) -> Result<bool> {
        FAIL("asked for a label");
        return false;
    };
    const auto held = exempted({.image_id = image}, exemptions, now, nobody_asks);
    CHECK(held.by.empty());
    CHECK(held.note == "exemption ci: expired on 2026-11-22");
    CHECK(expired_note(exemptions, now) ==
          "expired exemptions: ci (/etc/harden/miners.toml:5:1, 2026-11-22)");
    CHECK(expired_note(exemptions, *from_rfc3339("2026-11-21T23:59:59Z")).empty());
}

TEST_CASE("an exemption says why, until when, and for what")
{
    CHECK(complaint_about("version = 1\n[exempt.ci]\nexpires = \"2027-01-01\"\nimage = \"" + image +
                          "\"\n")
              .find("reason") != std::string::npos);
    CHECK(complaint_about("version = 1\n[exempt.ci]\nreason = \"x\"\nimage = \"" + image + "\"\n")
              .find("expires") != std::string::npos);
    CHECK(complaint_about("version = 1\n[exempt.ci]\nreason = \" \"\nexpires = \"2027-01-01\"\n"
                          "image = \"" +
                          image + "\"\n")
              .find("must not be empty") != std::string::npos);
    CHECK(complaint_about("version = 1\n[exempt.ci]\nreason = \"x\"\nexpires = \"soon\"\n"
                          "image = \"" +
                          image + "\"\n")
              .find("/etc/harden/miners.toml:4:1") != std::string::npos);
    CHECK(complaint_about(table("")).find("needs an image's id or a label") != std::string::npos);
    CHECK(complaint_about(table("label = \"a=b\"\n")).find("label_source") != std::string::npos);
    CHECK(
        complaint_about(table("label = \"a\"\nlabel_source = \"container\"\n")).find("key=value") !=
        std::string::npos);
    CHECK(complaint_about(table("label = \"a=b\"\nlabel_source = \"tenant\"\n")) != "");
}
