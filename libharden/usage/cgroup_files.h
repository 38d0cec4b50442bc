#pragma once

#include "base/result.h"
#include "node/cgroups.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// Contents of the kernel's control group files, as text. What is not as the kernel writes it is
// ErrorKind::Malformed.

// "12345\n"
Result<std::uint64_t> parse_counter(std::string_view text);

// One value of a file of "name value" lines (cpu.stat); NotFound where no line has that name.
Result<std::uint64_t> stat_value(std::string_view text, std::string_view name);

// cpu.max: "25000 100000" is 0.25 processors, "max 100000" is no limit.
Result<std::optional<double>> parse_cpu_max(std::string_view text);
// cpu.cfs_quota_us and cpu.cfs_period_us: a negative quota is no limit.
Result<std::optional<double>> parse_cfs_quota(std::string_view quota, std::string_view period);
bool is_unlimited(std::string_view quota); // then the period says nothing

// How many processors "0-3,8" names.
Result<int> processors_in(std::string_view list);

// Microseconds in which some task waited, from cpu.pressure.
Result<std::uint64_t> parse_pressure_total(std::string_view text);

// When a process began, since boot, from /proc/PID/stat.
Result<std::chrono::nanoseconds> parse_start(std::string_view text);

}
