#include "daemonjson/docker_journal.h"

#include "base/text.h"

#include <array>
#include <ranges>

namespace harden {

static constexpr std::array<std::string_view, 4> complaints = {
    "failed to start daemon: ", "unable to configure the Docker daemon with file ",
    "Error reconfiguring the daemon: ", "file configuration validation failed: "};

std::string said_by_docker(const Host& host)
{
    const auto journal = host.query({"journalctl", "--unit=docker.service", "--since=-60s",
                                     "--lines=40", "--output=cat", "--no-pager"});
    if (!journal)
        return {};
    for (const auto line : lines(journal->out) | std::views::reverse)
        for (const auto complaint : complaints)
            if (const auto at = line.find(complaint); at != std::string_view::npos)
                return cat(": ", escaped(line.substr(at), 400));
    return {};
}

}
