#include "report/formats.h"

#include <array>

namespace harden {

namespace {

struct Row {
    const char* name;
    std::string (*render)(const Verification&);
};

constexpr std::array<Row, 7> rows{{{"json", render_json},
                                   {"junit", render_junit},
                                   {"sarif", render_sarif},
                                   {"tap", render_tap},
                                   {"markdown", render_markdown},
                                   {"html", render_html},
                                   {"prometheus", render_prometheus}}};

}

const std::vector<std::string>& report_formats()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all{"text"};
        for (const auto& row : rows)
            all.emplace_back(row.name);
        return all;
    }();
    return names;
}

std::string render(std::string_view format, const Verification& verification, Colour colour)
{
    for (const auto& row : rows)
        if (row.name == format)
            return row.render(verification);
    return render_text(verification, colour);
}

}
