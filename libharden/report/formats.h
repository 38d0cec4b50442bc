#pragma once

#include "report/comparison.h"
#include "report/render.h"

#include <optional>

namespace harden {

// What one run of verify found out, about one node or several.
struct Verification {
    std::vector<Report> reports;
    std::optional<Comparison> since;
    std::string artifact; // the file that SARIF's findings point at; empty: each one's own
};

// "text", "json", "junit", "sarif", "tap", "markdown", "html", "prometheus"
const std::vector<std::string>& report_formats();
// In a format of these. Whatever a node's tenants wrote is text in it and nothing else.
std::string render(std::string_view format, const Verification& verification, Colour colour);

std::string render_text(const Verification& verification, Colour colour);
std::string render_json(const Verification& verification);
std::string render_junit(const Verification& verification);
std::string render_sarif(const Verification& verification);
std::string render_tap(const Verification& verification);
std::string render_markdown(const Verification& verification);
std::string render_html(const Verification& verification);
std::string render_prometheus(const Verification& verification);

}
