#include "setup_screen.h"

#include "cli/tool.h"
#include "steps/fleet_text.h"

#include <algorithm>

namespace harden {

SetupScreen::SetupScreen(std::size_t hosts, bool may_draw)
    : window_{may_draw ? conversation_window() : std::nullopt}
    , colour_{conversation_colour()}
{
    progress_.waiting = hosts;
}

void SetupScreen::erase()
{
    if (drawn_ > 0)
        say(cat("\x1b[", std::to_string(drawn_), "F\x1b[J"));
    drawn_ = 0;
}

void SetupScreen::draw()
{
    if (!window_ || progress_.at_work.empty())
        return;
    window_ = conversation_window();
    if (!window_)
        return;
    const auto shown = progress_lines(progress_, *window_, colour_);
    say(cat(join(shown, "\n"), "\n"));
    drawn_ = shown.size();
}

template<class Speak>
void SetupScreen::above_the_drawing(Speak speak)
{
    const std::lock_guard held{turn_};
    erase();
    speak();
    draw();
}

void SetupScreen::say_line(std::string_view text)
{
    above_the_drawing([&] { say(text); });
}

void SetupScreen::tell(const std::string& node, std::string_view text)
{
    above_the_drawing([&] { say(with_host(node, text)); });
}

void SetupScreen::answer(std::string_view text)
{
    above_the_drawing([&] { print(text); });
}

void SetupScreen::step_begins(const std::string& node, std::string_view heading)
{
    above_the_drawing([&] {
        const auto host = std::ranges::find(progress_.at_work, node, &HostAtWork::node);
        if (host != progress_.at_work.end())
            host->doing = heading;
    });
}

void SetupScreen::step_ends(const std::string& node, std::string_view text)
{
    if (!window_)
        tell(node, text);
}

void SetupScreen::host_begins(const std::string& node)
{
    above_the_drawing([&] {
        --progress_.waiting;
        progress_.at_work.push_back({node, "connecting"});
    });
}

void SetupScreen::host_ends(const HostOutcome& host)
{
    above_the_drawing([&] {
        std::erase_if(progress_.at_work,
                      [&](const HostAtWork& at_work) { return at_work.node == host.node; });
        ++(has_failed(host) ? progress_.failed : progress_.good);
        say(cat(host.node, ": ", host_ending(host, colour_)));
    });
}

}
