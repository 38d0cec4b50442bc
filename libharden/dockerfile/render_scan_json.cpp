#include "base/text.h"
#include "dockerfile/scan_formats.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static constexpr std::size_t longest_text = 4096; // bytes of what stands in a file

static std::string clipped(std::string_view text)
{
    return text.size() <= longest_text ? std::string{text} : cat(text.substr(0, longest_text), "…");
}

static Json json_of(const ScanFinding& finding)
{
    return {{"rule", finding.rule},
            {"class", finding.category},
            {"verdict", name_of(finding.verdict)},
            {"role", finding.role},
            {"line", finding.place.line},
            {"column", finding.place.column},
            {"text", clipped(finding.text)},
            {"decoded", clipped(finding.decoded)},
            {"message", clipped(finding.message)},
            {"remedy", clipped(finding.remedy)}};
}

static Json json_of(const std::vector<ScanFinding>& findings)
{
    auto rows = Json::array();
    for (const auto& finding : findings)
        rows.push_back(json_of(finding));
    return rows;
}

static Json json_of(const ScannedFile& file)
{
    Json json{{"path", file.path},
              {"kind", file.kind},
              {"verdict", name_of(file.verdict)},
              {"findings", json_of(file.findings)},
              {"suppressed", json_of(file.suppressed)}};
    if (!file.problem.empty())
        json["problem"] = {{"message", clipped(file.problem)},
                           {"line", file.problem_place.line},
                           {"column", file.problem_place.column}};
    return json;
}

// In ASCII: marks that reorder the text around them reach no terminal as such.
std::string render_scan_json(std::span<const ScannedFile> files)
{
    auto rows = Json::array();
    for (const auto& file : files)
        rows.push_back(json_of(file));
    const auto s = summarise(files);
    const Json json{{"schema", "harden.scan/1"},
                    {"files", std::move(rows)},
                    {"summary",
                     {{"files", s.files},
                      {"reject", s.reject},
                      {"review", s.review},
                      {"pass", s.pass},
                      {"unread", s.unread},
                      {"suppressed", s.suppressed}}}};
    return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}
