#include "steps/fleet_hosts.h"
#include "steps/provision_facts.h"
#include "steps/provision_json.h"
#include "steps/provision_verbs.h"

using namespace harden;

// Whatever a node answers, setup ends with a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    if (const auto facts = parse_facts(text)) {
        [[maybe_unused]] const auto supported = check_supported(*facts);
    }
    [[maybe_unused]] const auto changes = parse_changes(text);
    [[maybe_unused]] const auto report = parse_report(text);
    [[maybe_unused]] const auto complaint = complaint_in(text);
    if (const auto hosts = parse_host_list(text, "hosts")) {
        [[maybe_unused]] const auto once = check_named_once(*hosts);
    }
    return 0;
}
