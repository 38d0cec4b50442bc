#include "node/container_rules.h"

#include "base/text.h"
#include "node/host_paths.h"
#include "node/site_settings.h"

#include <algorithm>

namespace harden {

static Result<SystemException> read_exception(const std::string& title, TableReader table)
{
    SystemException entry{.title = title,
                          .images = TRY(table.texts("images")),
                          .label = TRY(table.text_or("label", "")),
                          .names = TRY(table.texts("names"))};
    if (entry.images.empty() && entry.label.empty())
        return table.error_at("names", "is not enough: tenants choose names. Give images, or a "
                                       "label that tenants cannot choose");
    if (!entry.label.empty() && entry.label.find('=') == std::string::npos)
        return table.error_at("label", "has no value; write \"harden.trust=system\"");
    TRY(table.finish());
    return entry;
}

static Result<std::vector<long long>> read_ports(TableReader& table)
{
    std::vector<long long> ports;
    for (const auto& text : TRY(table.texts("public_ports"))) {
        const auto port = to_number(text);
        if (!port || *port < 1 || *port > 65535)
            return table.error_at("public_ports", cat("has \"", escaped(text, 20), "\""));
        ports.push_back(*port);
    }
    return ports;
}

Result<ContainerRules> read_container_rules(TableReader table)
{
    ContainerRules rules{.allowed_capabilities = TRY(table.texts("allowed_capabilities")),
                         .dangerous_capabilities = TRY(table.texts("dangerous_capabilities")),
                         .sensitive_paths = TRY(table.texts("sensitive_paths")),
                         .harmless_files = TRY(table.texts("harmless_files")),
                         .devices = TRY(table.texts("devices")),
                         .public_ports = TRY(read_ports(table)),
                         .restarts = TRY(table.integer("restarts", 0, 1'000'000)),
                         .restarts_per_hour = TRY(table.integer("restarts_per_hour", 1, 100'000)),
                         .image_age =
                             std::chrono::days{TRY(table.integer("image_age_days", 1, 3650))},
                         .secret_names = TRY(table.texts("secret_names"))};
    for (auto& [title, entry] : TRY(table.tables("system")))
        rules.system.push_back(TRY(read_exception(title, entry)));
    TRY(table.finish());
    return rules;
}

Result<ContainerRules> container_rules_of(const Host& host)
{
    const auto document = TRY(site_settings(host, shipped_verify_rules, site_verify_rules));
    TableReader reader{document, ""};
    auto table = TRY(reader.table("containers"));
    return read_container_rules(std::move(table));
}

bool is_sensitive(const ContainerRules& rules, std::string_view place)
{
    return std::ranges::any_of(rules.sensitive_paths, [&](const std::string& path) {
        return is_within(place, path) || is_within(path, place);
    });
}

bool is_harmless(const ContainerRules& rules, std::string_view place)
{
    return std::ranges::any_of(rules.harmless_files,
                               [&](const std::string& path) { return is_within(place, path); });
}

Result<DaemonRules> read_daemon_rules(TableReader table)
{
    DaemonRules rules{.group_members = TRY(table.texts("group_members")),
                      .swarm = TRY(table.boolean("swarm")),
                      .ulimits = TRY(table.texts("ulimits")),
                      .authorization_flaws = TRY(table.texts("authorization_flaws"))};
    TRY(table.finish());
    return rules;
}

}
