#include "steps/setup_reports.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("a report is written in four formats")
{
    FakeHost here;
    const Report report{.node = "n", .time = "t", .profile = "baseline", .problem = "no answer"};
    const auto files = write_reports(here, "/r", report_name("n:22"), {report});
    REQUIRE(files);
    CHECK(*files == "/r/harden-n_22.{json,sarif,xml,html}");
    CHECK(here.read("/r/harden-n_22.json")->find("harden.verify/1") != std::string::npos);
    CHECK(here.read("/r/harden-n_22.sarif")->find("sarif") != std::string::npos);
    CHECK(here.read("/r/harden-n_22.xml")->find("<testsuite") != std::string::npos);
    CHECK(here.read("/r/harden-n_22.html")->find("<html") != std::string::npos);
}
