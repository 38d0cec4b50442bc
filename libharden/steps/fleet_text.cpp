#include "steps/fleet_text.h"

#include "steps/provision_closing.h"
#include "steps/provision_text.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::size_t widest_state = 11;
static constexpr std::size_t widest_node = 40;
static constexpr std::size_t most_named = 12;
static constexpr std::size_t most_findings = 5; // of a host; its report has them all

struct StateColour {
    std::string_view state;
    std::string_view sgr;
};
static constexpr std::array state_colours{
    StateColour{"as-wanted", "32"},   StateColour{"provisioned", "32"},
    StateColour{"pending", "36"},     StateColour{"findings", "33"},
    StateColour{"undecided", "33"},   StateColour{"failed", "31"},
    StateColour{"rolled-back", "31"}, StateColour{"needs-human", "31"},
    StateColour{"not-started", "33"},
};

static std::string padded(std::string_view text, std::size_t width)
{
    return cat(text, std::string(width - std::min(width, text.size()), ' '));
}

std::string with_host(std::string_view node, std::string_view text)
{
    std::string out;
    for (const auto line : lines(text))
        out += cat(node, ": ", line, "\n");
    return out;
}

std::string painted(std::string_view state, Colour colour)
{
    const auto words = padded(state, widest_state);
    const auto* row = std::ranges::find(state_colours, state, &StateColour::state);
    if (colour == Colour::Never || row == state_colours.end())
        return words;
    return cat("\x1b[", row->sgr, "m", words, "\x1b[0m");
}

// The step that went wrong, in its own words; else the verification.
static const StepReport* telling_step(const ProvisionOutcome& run)
{
    for (const auto state : {StepState::NeedsHuman, StepState::RolledBack, StepState::Failed,
                             StepState::Undecided, StepState::Findings})
        for (const auto& step : run.steps)
            if (step.state == state)
                return &step;
    return run.report ? &run.steps.back() : nullptr;
}

static std::string what_to_say(const HostOutcome& host)
{
    if (host.trouble)
        return host.trouble->message;
    if (!host.run)
        return std::string{why_not_started(host.fate)};
    const auto* step = telling_step(*host.run);
    const auto told = step == nullptr ? "" : cat(step->name, ": ", step->detail);
    const auto changes = changes_line(host.run->steps);
    if (told.empty())
        return changes;
    // whether a step that failed changed something is not ours to deny
    return has_failed(host) && changes == no_changes ? told : cat(changes, "; ", told);
}

static std::string hint_of(const HostOutcome& host)
{
    if (host.trouble)
        return host.trouble->hint;
    const auto* step = host.run ? telling_step(*host.run) : nullptr;
    return step == nullptr ? "" : step->hint;
}

std::string host_ending(const HostOutcome& host, Colour colour)
{
    const auto time = was_begun(host.fate) ? seconds_of(host.took) : std::string{"-"};
    return cat(painted(state_of(host), colour), "  ", padded(time, 8), what_to_say(host), "\n");
}

static std::string findings_of(const HostOutcome& host)
{
    if (!host.run || !host.run->report)
        return {};
    std::string text;
    const auto all = troubles(*host.run->report);
    for (std::size_t i = 0; i < std::min(all.size(), most_findings); ++i)
        text += cat("    ", name_of(all[i]->verdict), " ", all[i]->id, ": ", all[i]->title, "\n");
    if (all.size() > most_findings)
        text += cat("    and ", std::to_string(all.size() - most_findings), " more\n");
    return text;
}

std::string overall_table(const std::vector<HostOutcome>& hosts, Colour colour)
{
    std::size_t width = 4;
    for (const auto& host : hosts)
        width = std::min(std::max(width, host.node.size()), widest_node);
    std::string text = cat(padded("HOST", width), "  ", padded("STATE", widest_state), "  TIME\n");
    for (const auto& host : hosts) {
        text += cat(padded(host.node, width), "  ", host_ending(host, colour));
        if (const auto hint = hint_of(host); !hint.empty())
            text += cat("    hint: ", hint, "\n");
        text += findings_of(host);
    }
    return text;
}

static std::string tally(const std::vector<HostOutcome>& hosts)
{
    std::vector<std::string> parts;
    for (const auto& row : state_colours) {
        const auto number = std::ranges::count(hosts, row.state, state_of);
        if (number > 0)
            parts.push_back(cat(std::to_string(number), " ", row.state));
    }
    return join(parts, ", ");
}

std::string closing_lines(const std::vector<HostOutcome>& hosts, const FleetClosing& closing)
{
    std::string text = cat(count_of(hosts.size(), "host"), ": ", tally(hosts), "\n");
    if (!closing.files.empty())
        text += cat("report   ", closing.files, "\n");
    if (std::ranges::any_of(hosts, has_failed))
        text += "run it again for what is missing; what is done is not done twice\n";
    return cat(text, "done in ", seconds_of(closing.took), ", exit ",
               std::to_string(exit_for(hosts)), "\n");
}

std::string wave_line(const std::vector<Wave>& waves, std::size_t number,
                      const std::vector<std::string>& nodes)
{
    const auto& wave = waves[number];
    const auto named = std::min(wave.count, most_named);
    const auto first = nodes.begin() + static_cast<std::ptrdiff_t>(wave.first);
    std::vector<std::string> names{first, first + static_cast<std::ptrdiff_t>(named)};
    if (wave.count > named)
        names.push_back(cat("and ", std::to_string(wave.count - named), " more"));
    const auto what = wave.is_canary ? cat("the canary first: ")
                                     : cat(waves.front().is_canary ? "then " : "",
                                           count_of(wave.count, "host"), ": ");
    return cat(what, join(names, ", "), "\n");
}

}
