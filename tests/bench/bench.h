#pragma once

#include <functional>
#include <string>
#include <vector>

namespace harden::bench {

struct Spent {
    double wall_ms = 0;
    double cpu_ms = 0; // user and system time of this process and of children that ended
};

// The median of `rounds`; `prepare` runs before each and is not counted.
Spent median(int rounds, const std::function<void()>& prepare, const std::function<void()>& work);
double median(std::vector<double> values);

// A shell line whose output nobody reads. Ends the benchmark where it fails.
void shell(const std::string& line);

void row(const std::string& what, const std::string& ours, const std::string& alternative,
         const std::string& theirs);
std::string milliseconds(double value);

}
