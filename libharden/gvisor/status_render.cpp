#include "base/json_view.h"
#include "gvisor/layout.h"
#include "gvisor/status.h"

namespace harden {

static std::string age_text(const GvisorStatus& status)
{
    if (!status.age)
        return status.current.empty() ? "" : " (its age is unknown)";
    const auto days = cat(std::to_string(status.age->count()), " days old");
    if (status.is_outdated())
        return cat(" (", days, ", outdated: at most ",
                   std::to_string(status.outdated_after.count()), " are well)");
    return *status.age > status.old_after ? cat(" (", days, ", old)") : cat(" (", days, ")");
}

static std::string containers_text(std::string_view what, const std::vector<Sandbox>& sandboxes)
{
    std::string text;
    for (const auto& sandbox : sandboxes)
        text += cat(what, escaped(sandbox.container), " in ", sandbox.release, "\n");
    return text;
}

static std::string platform_text(const GvisorStatus& status)
{
    if (status.platform == "ptrace")
        return "ptrace, which gVisor no longer supports";
    return status.platform.empty() ? "unknown" : status.platform;
}

std::string render_text(const GvisorStatus& status)
{
    const auto or_none = [](const std::string& text) { return text.empty() ? "none" : text; };
    const auto answer = [&](bool holds) {
        return !status.docker_answers ? "unknown: Docker does not answer" : holds ? "yes" : "no";
    };
    const bool is_default = status.default_runtime == gvisor_runtime_name;
    auto text = cat("releases:   ", or_none(join(status.releases, ", ")), "\n",
                    "current:    ", or_none(status.current), age_text(status), "\n",
                    "changed:    ", or_none(join(status.drift, ", ")), "\n",
                    "registered: ", answer(status.is_registered), "\n",
                    "default:    ", answer(is_default), "\n", "platform:   ", platform_text(status),
                    "\n", "manifest:   ", or_none(status.manifest), "\n");
    text += containers_text("another release: ", status.on_other_release);
    text += containers_text("on a user-defined network: ", status.without_names);
    if (!status.without_names.empty())
        text += "names may not resolve there: gvisor-install prove asks\n";
    return text;
}

static std::string quoted_list(const std::vector<std::string>& texts)
{
    std::vector<std::string> quoted;
    quoted.reserve(texts.size());
    for (const auto& text : texts)
        quoted.push_back(json_quoted(text));
    return cat("[", join(quoted, ", "), "]");
}

static std::string sandbox_list(const std::vector<Sandbox>& sandboxes)
{
    std::vector<std::string> rows;
    rows.reserve(sandboxes.size());
    for (const auto& sandbox : sandboxes)
        rows.push_back(cat("{\"container\": ", json_quoted(sandbox.container),
                           ", \"release\": ", json_quoted(sandbox.release), "}"));
    return cat("[", join(rows, ", "), "]");
}

std::string render_json(const GvisorStatus& status)
{
    const auto age = status.age ? std::to_string(status.age->count()) : std::string{"null"};
    return cat("{\n  \"schema\": \"harden.gvisor-install/1\",\n  \"releases\": ",
               quoted_list(status.releases), ",\n  \"current\": ", json_quoted(status.current),
               ",\n  \"drift\": ", quoted_list(status.drift),
               ",\n  \"docker\": ", status.docker_answers ? "true" : "false",
               ",\n  \"registered\": ", status.is_registered ? "true" : "false",
               ",\n  \"default_runtime\": ", json_quoted(status.default_runtime),
               ",\n  \"age_days\": ", age, ",\n  \"platform\": ", json_quoted(status.platform),
               ",\n  \"manifest\": ", json_quoted(status.manifest),
               ",\n  \"on_other_release\": ", sandbox_list(status.on_other_release),
               ",\n  \"on_user_networks\": ", sandbox_list(status.without_names), "\n}\n");
}

}
