#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace harden {

// One metric of Prometheus's text format and its samples.
struct Metric {
    std::string_view name;
    std::string_view help;
    std::string_view type = "gauge";
    std::string samples{};

    // `labels`: names and values by turns; values may be anybody's words.
    void add(std::initializer_list<std::string_view> labels, std::string_view value);
    // With HELP and TYPE; nothing where there are no samples.
    std::string text() const;
};

}
