#include "cli/conversation.h"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace harden {

static std::string_view value_of(const char* name)
{
    const auto* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
}

std::optional<Window> conversation_window()
{
    const auto kind = value_of("TERM");
    winsize size{};
    if (isatty(STDERR_FILENO) != 1 || kind.empty() || kind == "dumb" ||
        ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0)
        return {};
    // a serial line does not know its size
    return size.ws_row == 0 || size.ws_col == 0 ? Window{24, 80} : Window{size.ws_row, size.ws_col};
}

Colour conversation_colour()
{
    return isatty(STDERR_FILENO) == 1 && value_of("NO_COLOR").empty() ? Colour::Always
                                                                      : Colour::Never;
}

}
