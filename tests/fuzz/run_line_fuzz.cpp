#include "dockerfile/image_config.h"
#include "dockerfile/request_limits.h"
#include "dockerfile/run_line.h"
#include "dockerfile/shell_words.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace harden;

// A docker run line of anybody's, and an image's history.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto line = parse_run_line(text);
    for (const auto& problem : line.problems)
        if (problem.offset > text.size())
            std::abort();
    (void)judge_limits(line.request, text, {});
    const std::vector<std::string> words{text, "x"};
    const auto again = split_shell_line(shell_line_of(words));
    if (again.problems.empty() && text.find('\0') == std::string::npos &&
        (again.words.size() != 2 || again.words[0].placed.text != text))
        std::abort();
    (void)dockerfile_of({.environment = {text}, .on_build = {text}, .history = {text}}, text);
    return 0;
}
