#include "report/render.h"
#include "support/catch.hpp"

using namespace harden;

static Report sample()
{
    return {"node7",
            "2026-11-22T08:00:00Z",
            "baseline",
            {{"gvisor.installed", "gVisor", "gVisor installed", Verdict::Pass, Severity::Critical},
             {"ssh.password-auth", "SSH Hardening", "SSH password auth disabled", Verdict::Fail,
              Severity::Critical, Level::Effective, "passwordauthentication yes\nx",
              "harden ssh-harden apply"}}};
}

TEST_CASE("the report reads like the one people know")
{
    CHECK(render_text(sample(), Colour::Never) ==
          "=== Security Verification ===\n"
          "\n1. gVisor:\n"
          "  [OK] gVisor installed\n"
          "\n2. SSH Hardening:\n"
          "  [FAIL] SSH password auth disabled (passwordauthentication yes\\x0ax)\n"
          "         fix: harden ssh-harden apply\n"
          "\n1 ok, 1 failed, 0 info, 0 not applicable, 0 unknown, 0 waived; score 49\n"
          "Not all security checks passed: 1 failed, 0 could not be decided.\n");
}

TEST_CASE("all is well only when nothing failed and nothing is unknown")
{
    const std::string closing = "All critical security checks passed.";
    auto report = sample();
    report.findings[1].verdict = Verdict::Unknown;
    CHECK(render_text(report, Colour::Never).find(closing) == std::string::npos);
    report.findings[1].verdict = Verdict::Waived;
    CHECK(render_text(report, Colour::Never).find(closing + " (1 waived: ssh.password-auth)\n") !=
          std::string::npos);
    report.findings.clear();
    CHECK(render_text(report, Colour::Never).ends_with("\nNothing was checked.\n"));
}

TEST_CASE("a report of some checks does not speak for the others")
{
    auto report = sample();
    report.findings.pop_back();
    report.is_partial = true;
    const auto text = render_text(report, Colour::Never);
    CHECK(text.find("All critical security checks passed") == std::string::npos);
    CHECK(text.find("Nothing that was asked for failed.\n") != std::string::npos);
}

TEST_CASE("json carries the same findings in the same order")
{
    const auto json = render_json(sample());
    CHECK(json.find("\"schema\": \"harden.verify/1\"") != std::string::npos);
    CHECK(json.find("\"status\": \"fail\"") != std::string::npos);
    CHECK(json.find("gvisor.installed") < json.find("ssh.password-auth"));
}

TEST_CASE("changes are a line each")
{
    CHECK(render_text(Changes{}) == "no changes\n");
    CHECK(render_text(Changes{
              {"/etc/a", "", "x"}, {"/etc/b", "x", ""}, {"port", "1", "2"}, {"run x", "", ""}}) ==
          "  + /etc/a: x\n  - /etc/b\n  ~ port: 1 -> 2\n  * run x\n");
}
