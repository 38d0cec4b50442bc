#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static Result<int> counted(const Facts& facts)
{
    TRY(facts.host().read("/seen"));
    return 7;
}

TEST_CASE("what several checks need is gathered once, a failure as well")
{
    FakeNode fake;
    const Facts facts{fake.node};
    CHECK_FALSE(facts.once(counted));
    fake.host.with_file("/seen", "");
    CHECK_FALSE(facts.once(counted)); // still the first answer
    const Facts later{fake.node};
    CHECK(*later.once(counted) == 7);
    CHECK(&later.once(counted) == &later.once(counted));
}

TEST_CASE("an error becomes unknown, a gap that the profile does not ask for is told")
{
    FakeNode fake;
    const auto found = [&](Profile asked, Profile of_check, Result<Outcome> outcome) {
        const Check check{
            .id = "a.b", .profile = of_check, .look = [outcome](const Facts&) { return outcome; }};
        return run_checks({check}, fake.node, asked).front().verdict;
    };
    const Error error{ErrorKind::Denied, "no right", {}};
    using enum Profile;
    CHECK(found(Baseline, Baseline, error) == Verdict::Unknown);
    CHECK(found(Baseline, Full, error) == Verdict::Unknown);
    CHECK(found(Baseline, Baseline, fail("x")) == Verdict::Fail);
    CHECK(found(Baseline, Full, fail("x")) == Verdict::Info);
    CHECK(found(Full, Full, fail("x")) == Verdict::Fail);
    CHECK(found(Baseline, Full, pass("x")) == Verdict::Pass);
}
