#include "steps/fleet_screen.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t widest_node = 40;

// Names of hosts and steps are plain letters; an ellipsis is one column of three bytes.
static std::string cut(const std::string& line, std::size_t columns)
{
    return line.size() < columns || columns < 2 ? line : cat(line.substr(0, columns - 2), "…");
}

static std::string counts(const FleetProgress& progress, Colour colour)
{
    const auto failed = cat(std::to_string(progress.failed), " failed");
    const bool red = progress.failed > 0 && colour == Colour::Always;
    return cat(std::to_string(progress.good), " done, ",
               red ? cat("\x1b[31m", failed, "\x1b[0m") : failed, ", ",
               std::to_string(progress.at_work.size()), " at work, ",
               std::to_string(progress.waiting), " waiting");
}

std::vector<std::string> progress_lines(const FleetProgress& progress, Window window, Colour colour)
{
    std::size_t width = 0;
    for (const auto& host : progress.at_work)
        width = std::max(width, std::min(host.node.size(), widest_node));
    const std::size_t room = window.rows < 3 ? 1 : window.rows - 2;
    std::vector<std::string> lines;
    for (const auto& host : progress.at_work) {
        if (lines.size() == room)
            break;
        const auto name = host.node + std::string(width - std::min(width, host.node.size()), ' ');
        lines.push_back(cut(cat(name, "  ", host.doing), window.columns));
    }
    lines.push_back(counts(progress, colour));
    return lines;
}

}
