#include "cli/conversation.h"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace harden {

static bool is_set(const char* name)
{
    const auto* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

std::optional<Window> conversation_window()
{
    const std::string_view kind = is_set("TERM") ? std::getenv("TERM") : "dumb";
    winsize size{};
    if (isatty(STDERR_FILENO) != 1 || kind == "dumb" ||
        ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0)
        return {};
    // a serial line does not know its size
    return size.ws_row == 0 || size.ws_col == 0 ? Window{24, 80} : Window{size.ws_row, size.ws_col};
}

Colour conversation_colour()
{
    return isatty(STDERR_FILENO) == 1 && !is_set("NO_COLOR") ? Colour::Always : Colour::Never;
}

}
