#include "families.h"

namespace harden::offline {

std::uint16_t pool_port(Maker& maker)
{
    return maker.random().pick<std::uint16_t>(
        {3333, 3333, 4444, 5555, 7777, 9999, 10128, 10343, 14433, 14444, 20128, 45700});
}

void mine(Maker& maker, const Mining& how)
{
    auto& random = maker.random();
    maker.use(how.level, how.deviation, how.from, how.until);
    const auto shares = random.across(2, 25); // bytes a second
    const auto jobs = random.across(3, 40);
    maker.send(shares * 0.7, shares * 1.4, how.from, how.until);
    maker.receive(jobs * 0.7, jobs * 1.4, how.from, how.until);
    maker.work().packet_bytes = random.between(90, 260);
    maker.connect(how.is_internal ? "172.18.0.9" : maker.internet_address(), how.port, how.from,
                  how.until, random.chance(0.3) ? random.whole(8, 40) : 0);
    // a large scratchpad, a light one, or an algorithm without any
    const auto scratchpad = random.pick({0.0, 0.0, 256.0, 2080.0, 2336.0});
    maker.hold(scratchpad + random.between(8, 40), 0.002, how.from, how.until);
}

std::vector<Family> all_families()
{
    std::vector<Family> all;
    for (const auto& some :
         {plain_miners(), hidden_miners(), serving_families(), computing_families(), odd_families(),
          second_round_families(), third_round_families(), third_round_miners()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

}
