#include "steps/gvisor_runtime.h"

#include "daemonjson/daemon.h"
#include "gvisor/layout.h"

#include <optional>

namespace harden {

static constexpr std::string_view platform_option = "--platform=";
static constexpr auto usual_platform = "systrap";

// What daemon.json says of the runtime under `key`.
static std::optional<JsonValue> said_of_runtime(const Host& host, std::string_view key)
{
    const auto text = host.read(daemon_file(host));
    const auto document = json_document(text ? *text : "{}");
    const auto* value = document.root ? &*document.root : nullptr;
    for (const auto name :
         {std::string_view{"runtimes"}, std::string_view{gvisor_runtime_name}, key})
        value = value == nullptr ? nullptr : value->find(name);
    return value == nullptr ? std::nullopt : std::optional{*value};
}

std::vector<std::string> gvisor_arguments(const Host& host)
{
    std::vector<std::string> arguments;
    if (const auto list = said_of_runtime(host, "runtimeArgs"))
        for (const auto& element : list->elements)
            arguments.push_back(element.text);
    return arguments;
}

bool is_registration_dead(const Host& host)
{
    const auto path = said_of_runtime(host, "path");
    return path && host.status(path->text).is_absent();
}

static std::vector<std::string> quoted(const std::vector<std::string>& texts)
{
    std::vector<std::string> all;
    all.reserve(texts.size());
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
