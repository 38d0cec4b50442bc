#include "cli/tool.h"

#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace harden {

void print(std::string_view text)
{
    std::cout << text << std::flush;
}

void say(std::string_view text)
{
    std::cerr << text << std::flush;
}

Colour terminal_colour()
{
    const auto* refused = std::getenv("NO_COLOR");
    const bool wanted = (refused == nullptr || *refused == '\0') && isatty(STDOUT_FILENO) == 1;
    return wanted ? Colour::Always : Colour::Never;
}

}
