#include "support/catch.hpp"
#include "usage/ring.h"

using namespace harden;

static const Interval busy{.seconds = 300.2,
                           .cpu_seconds = 75.03,
                           .demand = 0.9987,
                           .throttled = 0.92,
                           .crowded = 0,
                           .sent_bytes = 123'456'789,
                           .received_bytes = 1,
                           .sent_packets = 0,
                           .memory_bytes = 2'147'483'648,
                           .gpu = 7.5};

TEST_CASE("an interval comes back as it was, to the precision that is promised")
{
    const auto ring = Ring::of({&busy, 1});
    const auto back = ring.at(0);
    CHECK(back.seconds == Approx(busy.seconds).epsilon(0.0035));
    CHECK(*back.cpu_seconds == Approx(*busy.cpu_seconds).epsilon(0.0035));
    CHECK(*back.demand == Approx(*busy.demand).margin(0.000126));
    CHECK(*back.throttled == Approx(*busy.throttled).margin(0.000126));
    CHECK(back.crowded == 0);
    CHECK(*back.sent_bytes == Approx(*busy.sent_bytes).epsilon(0.0035));
    CHECK(back.received_bytes == 1);
    CHECK(back.sent_packets == 0);
    CHECK_FALSE(back.received_packets);
    CHECK_FALSE(back.refused);
    CHECK(*back.memory_bytes == Approx(*busy.memory_bytes).epsilon(0.0035));
    CHECK(*back.gpu == Approx(7.5).epsilon(0.0035));
}

TEST_CASE("packing what was packed changes nothing more")
{
    auto value = GENERATE(1e-9, 0.003, 0.5, 1.0, 17.3, 4096.0, 1e9, 3e12, 1e300);
    const Interval interval{.seconds = value,
                            .cpu_seconds = value,
                            .demand = value,
                            .sent_bytes = value,
                            .memory_bytes = value};
    const auto once = Ring::of({&interval, 1});
    const auto again = once.intervals();
    CHECK(Ring::of(again).text() == once.text());
}

TEST_CASE("a share never leaves 0 to 1, a whole one stays whole")
{
    for (const auto share : {-1.0, 0.0, 1.0, 2.0}) {
        const Interval interval{.seconds = 1, .demand = share};
        const auto back = *Ring::of({&interval, 1}).at(0).demand;
        CHECK(back == (share >= 1 ? 1 : 0));
    }
}

TEST_CASE("a day is kept, the oldest go")
{
    Ring ring;
    for (int i = 0; i < 400; ++i)
        ring.add({.seconds = 300, .sent_bytes = i}, 12);
    CHECK(ring.size() <= 12 + (288 - 12) / 4 + 1);
    CHECK(*ring.newest()->sent_bytes == Approx(399).epsilon(0.0035));
    double seconds = 0;
    double sent = 0;
    for (const auto& each : ring.intervals()) {
        seconds += each.seconds;
        sent += *each.sent_bytes;
    }
    CHECK(seconds == Approx(86'400).epsilon(0.02));
    CHECK(sent == Approx((112 + 399) / 2.0 * 288).epsilon(0.02));
}

TEST_CASE("looks every five seconds fill a day too: what is older than the window is joined")
{
    Ring ring;
    for (int i = 0; i < 24 * 720; ++i)
        ring.add({.seconds = 5, .cpu_seconds = 1, .demand = 0.5, .sent_bytes = 100}, 12);
    double seconds = 0;
    double sent = 0;
    for (const auto& each : ring.intervals()) {
        seconds += each.seconds;
        sent += *each.sent_bytes;
        CHECK(*each.demand == Approx(0.5).margin(0.001));
    }
    CHECK(ring.size() <= kept_intervals);
    CHECK(seconds > 23 * 3600);
    CHECK(seconds == Approx(24 * 3600).epsilon(0.05));
    CHECK(sent == Approx(24 * 720 * 100).epsilon(0.05));
    for (std::size_t newest = 1; newest <= 12; ++newest)
        CHECK(ring.at(ring.size() - newest).seconds == Approx(5).epsilon(0.0035));
}

TEST_CASE("joined, what one of them does not know is unknown")
{
    const Interval one{.seconds = 100, .cpu_seconds = 10, .demand = 1, .sent_bytes = 5};
    const Interval other{.seconds = 300, .cpu_seconds = 30, .demand = 0, .memory_bytes = 7};
    const auto both = joined(one, other);
    CHECK(both.seconds == 400);
    CHECK(both.cpu_seconds == 40);
    CHECK(both.demand == 0.25);
    CHECK_FALSE(both.sent_bytes);
    CHECK(both.memory_bytes == 7);
}

TEST_CASE("what is no ring is malformed")
{
    const auto whole = Ring::of({&busy, 1}).text();
    CHECK(Ring::from(whole));
    CHECK(Ring::from(""));
    auto text = GENERATE_COPY(whole.substr(1), whole + "0", " " + whole.substr(1),
                              "\xff" + whole.substr(1), "00" + whole.substr(2));
    CHECK(Ring::from(text).error().kind == ErrorKind::Malformed);
    std::string long_one;
    for (std::size_t i = 0; i <= kept_intervals; ++i)
        long_one += whole;
    CHECK_FALSE(Ring::from(long_one));
}
