#include "gvisor/status.h"
#include "support/catch.hpp"

using namespace harden;

static GvisorStatus aged(int days)
{
    return {.releases = {"release-2"},
            .current = "release-2",
            .docker_answers = true,
            .is_registered = true,
            .age = std::chrono::days{days},
            .old_after = std::chrono::days{60},
            .outdated_after = std::chrono::days{120},
            .platform = "systrap"};
}

static bool says(const GvisorStatus& status, std::string_view text)
{
    return render_text(status).find(text) != std::string::npos;
}

TEST_CASE("a release is old after its first limit and outdated, a finding, after its second")
{
    CHECK(aged(60).is_as_wanted());
    CHECK(says(aged(60), "release-2 (60 days old)\n"));
    CHECK(aged(61).is_as_wanted());
    CHECK(says(aged(61), "(61 days old, old)"));
    CHECK_FALSE(aged(121).is_as_wanted());
    CHECK(says(aged(121), "(121 days old, outdated: at most 120 are well)"));
    auto unknown = aged(0);
    unknown.age.reset();
    CHECK(says(unknown, "(its age is unknown)"));
    CHECK(render_json(unknown).find("\"age_days\": null") != std::string::npos);
}

TEST_CASE("containers of other releases and on user-defined networks are named, safely")
{
    auto status = aged(1);
    status.on_other_release = {{"web\nregistered: yes", "release-1", {"bridge"}}};
    status.without_names = {{"shop", "release-2", {"front"}}};
    CHECK(says(status, "another release: web\\x0aregistered: yes in release-1\n"));
    CHECK(says(status, "on a user-defined network: shop in release-2\nnames may not resolve"));
    CHECK(render_json(status).find(R"({"container": "shop", "release": "release-2"})") !=
          std::string::npos);
    CHECK(status.is_as_wanted());
}
