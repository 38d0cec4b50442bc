#include "egress/self_test.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace harden {

static std::string_view word_of(Verdict verdict)
{
    return verdict == Verdict::Pass ? "ok" : verdict == Verdict::Fail ? "FAIL" : "unknown";
}

static std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

static long count(const std::vector<TestLine>& lines, Verdict verdict)
{
    return std::ranges::count(lines, verdict,
                              [](const TestLine& line) { return line.outcome.verdict; });
}

std::string render_text(const std::vector<TestLine>& lines)
{
    std::size_t group_width = 0;
    std::size_t network_width = 0;
    for (const auto& line : lines) {
        group_width = std::max(group_width, line.group.size());
        network_width = std::max(network_width, escaped(line.network, 32).size());
    }
    std::string text;
    for (const auto& [group, network, is_v6, outcome] : lines)
        text += cat(padded(std::string{word_of(outcome.verdict)}, 8), padded(group, group_width),
                    "  ", padded(escaped(network, 32), network_width),
                    is_v6 ? "  ip6  " : "  ip   ", escaped(outcome.what, 400), "\n");
    return cat(text, std::to_string(count(lines, Verdict::Pass)), " ok, ",
               std::to_string(count(lines, Verdict::Fail)), " failed, ",
               std::to_string(count(lines, Verdict::Unknown)), " unknown\n");
}

std::string render_json(const std::vector<TestLine>& lines)
{
    using Json = nlohmann::ordered_json;
    auto results = Json::array();
    for (const auto& [group, network, is_v6, outcome] : lines)
        results.push_back(
            {{"status", outcome.verdict == Verdict::Fail ? "fail" : word_of(outcome.verdict)},
             {"group", group},
             {"network", network},
             {"family", is_v6 ? "ip6" : "ip"},
             {"what", outcome.what}});
    const Json json{{"schema", "harden.egress-test/1"},
                    {"results", results},
                    {"summary",
                     {{"ok", count(lines, Verdict::Pass)},
                      {"fail", count(lines, Verdict::Fail)},
                      {"unknown", count(lines, Verdict::Unknown)}}}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
