#include "steps/setup_reports.h"

#include "report/formats.h"
#include "steps/provision_text.h"

#include <array>

namespace harden {

struct ReportFile {
    std::string_view suffix;
    std::string_view format;
};
static constexpr std::array report_files{ReportFile{"json", "json"}, ReportFile{"sarif", "sarif"},
                                         ReportFile{"xml", "junit"}, ReportFile{"html", "html"}};

std::string report_name(std::string_view node)
{
    return cat("harden-", file_name_for(node));
}

Result<std::string> write_reports(Host& here, const Path& directory, std::string_view name,
                                  const std::vector<Report>& reports)
{
    const Verification verification{.reports = reports};
    std::vector<std::string> suffixes;
    for (const auto& file : report_files) {
        TRY(here.write(directory / cat(name, ".", file.suffix),
                       render(file.format, verification, Colour::Never)));
        suffixes.emplace_back(file.suffix);
    }
    return cat((directory / name).string(), ".{", join(suffixes, ","), "}");
}

}
