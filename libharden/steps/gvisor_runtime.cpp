#include "steps/gvisor_runtime.h"

#include "daemonjson/daemon.h"
#include "gvisor/layout.h"

namespace harden {

static constexpr std::string_view platform_option = "--platform=";
static constexpr auto usual_platform = "systrap";

std::vector<std::string> gvisor_arguments(const Host& host)
{
    std::vector<std::string> arguments;
    const auto text = host.read(daemon_file(host));
    const auto document = json_document(text ? *text : "{}");
    const auto* value = document.root ? &*document.root : nullptr;
    for (const auto* key : {"runtimes", gvisor_runtime_name, "runtimeArgs"})
        value = value == nullptr ? nullptr : value->find(key);
    if (value != nullptr)
        for (const auto& element : value->elements)
            arguments.push_back(element.text);
    return arguments;
}

static std::vector<std::string> quoted(const std::vector<std::string>& texts)
{
    std::vector<std::string> all;
    for (const auto& text : texts)
        all.push_back(json_string(text));
    return all;
}

JsonValue gvisor_document(const Host& host, const GvisorRuntimeEntry& entry)
{
    auto arguments = gvisor_arguments(host);
    const bool had_any = !arguments.empty();
    std::erase_if(arguments,
                  [](const std::string& each) { return each.starts_with(platform_option); });
    if (entry.platform != usual_platform)
        arguments.push_back(cat(platform_option, entry.platform));
    const auto list = arguments.empty() && !had_any
                          ? std::string{}
                          : cat(R"(, "runtimeArgs": [)", join(quoted(arguments), ", "), "]");
    const auto by_default =
        entry.is_default ? cat(R"(, "default-runtime": )", json_string(entry.name)) : std::string{};
    return *json_document(cat(R"({"runtimes": {)", json_string(entry.name), R"(: {"path": )",
                              json_string(entry.path), list, "}}", by_default, "}"))
                .root;
}

}
