#include "dockerfile/ignore_rules.h"
#include "dockerfile/suppressions.h"
#include "dockerfile/walk.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

// An ignore file and a path, parted by the first line break; and the operator's own file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto end = std::min(text.find('\n'), text.size());
    const auto path = text.substr(0, end);
    const auto rules = text.substr(end);
    const auto git = GitIgnore{}.with(rules, "").with(rules, "a/b");
    (void)git.is_within_ignored(path, true);
    (void)git.is_within_ignored(path, false);
    (void)DockerIgnore{rules}.is_ignored(path);
    (void)kind_of(path);
    (void)parse_suppressions(text, "fuzz");
    return 0;
}
