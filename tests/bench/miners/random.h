#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>

namespace harden::offline {

// The same numbers from the same seed with every compiler and library (splitmix64).
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_{seed}
    {
    }

    std::uint64_t next()
    {
        auto z = state_ += 0x9e3779b97f4a7c15ULL;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    double between(double low, double high) { return low + (high - low) * unit(); }
    // As often between 1 and 10 as between 10 and 100.
    double across(double low, double high)
    {
        return std::exp(between(std::log(low), std::log(high)));
    }
    int whole(int low, int high)
    {
        return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool chance(double share) { return unit() < share; }
    double normal(double mean, double deviation)
    {
        const auto radius = std::sqrt(-2 * std::log(1 - unit()));
        return mean + deviation * radius * std::cos(2 * std::numbers::pi * unit());
    }
    template<typename T>
    T pick(std::initializer_list<T> values)
    {
        return values.begin()[next() % values.size()];
    }

private:
    std::uint64_t state_;
};

}
