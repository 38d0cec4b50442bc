#pragma once

#include <optional>
#include <string>

namespace harden {

// A number with at most so many digits after the point, as JSON writes it: "0.25", "12".
std::string number(double value, int digits);
// "null" where it is unknown.
std::string number_or_null(std::optional<double> value, int digits);

}
