#pragma once

#include "workload.h"

#include <span>
#include <string_view>

namespace harden::offline {

// A kind of workload. Two traces of one family differ in every number.
struct Family {
    std::string_view name;
    bool is_miner = false;
    int share = 0; // of 10,000 traces, about
    void (*make)(Maker&) = nullptr;
};

std::span<const Family> plain_miners();
std::span<const Family> hidden_miners();
std::span<const Family> serving_families();
std::span<const Family> computing_families();
std::span<const Family> odd_families();
std::span<const Family> second_round_families();
std::span<const Family> third_round_families();
std::span<const Family> third_round_miners();

std::vector<Family> all_families();

// A miner that works at `level` of its quota between two looks, and talks to a pool.
struct Mining {
    double level = 0.98;
    double deviation = 0.01;
    int from = 0;
    int until = -1;
    std::uint16_t port = 443;
    bool is_internal = false; // the pool's stand-in is a neighbour
};
void mine(Maker& maker, const Mining& how);
// A port that pools use, as its configuration might have it.
std::uint16_t pool_port(Maker& maker);

}
