#pragma once

#include "cli/conversation.h"
#include "steps/fleet_outcome.h"

#include <map>
#include <mutex>

namespace harden {

// The conversation about several hosts at once: on a terminal the hosts at work, redrawn in place
// below what was said; else lines with the host in front. Called from any thread.
class SetupScreen {
public:
    SetupScreen(std::size_t hosts, bool may_draw);

    void say_line(std::string_view text);                      // about the run
    void tell(const std::string& node, std::string_view text); // about a host, always shown
    void step_begins(const std::string& node, std::string_view heading);
    void step_ends(const std::string& node, std::string_view text); // a line, where none is drawn
    void host_begins(const std::string& node);
    void host_ends(const HostOutcome& host);
    void answer(std::string_view text); // to standard output

private:
    template<class Speak>
    void above_the_drawing(Speak speak);
    void erase();
    void draw();

    std::mutex turn_;
    std::optional<Window> window_; // none: nothing is drawn
    Colour colour_;
    FleetProgress progress_;
    std::size_t drawn_ = 0; // lines
};

}
