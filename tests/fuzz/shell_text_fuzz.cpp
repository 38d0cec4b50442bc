#include "base/shipped.h"
#include "dockerfile/scan_input.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace harden;

static const Scanner& scanner()
{
    static const Scanner one{
        *scan_rules_from(*parse_toml(shipped("rules/scan.toml"), "scan.toml"))};
    return one;
}

// A script, a start command, a word or a Dockerfile of a tenant's: what is found stands in it, and
// a glance overlooks nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    Variables variables;
    for (const auto& command : shell_commands(text, variables))
        for (const auto& word : command.words)
            if (word.begin > word.end || word.end > size)
                std::abort();
    if (readings(text).size() > most_readings)
        std::abort();
    for (const auto& finding : scanner().script("x", text, ScriptUse::Started).findings)
        if (finding.place.line < 1 || finding.place.column < 1)
            std::abort();
    static const Glance glance{scanner().rules()};
    const auto file = parse_dockerfile(text);
    if (judge_dockerfile(file, scanner().rules()).verdict != ScanVerdict::Pass &&
        !glance.is_worth_a_look(file))
        std::abort();
    return 0;
}
