#include "checks/verify_rules.h"

#include "base/time.h"
#include "checks/version.h"
#include "node/site_settings.h"

namespace harden {

static Result<std::chrono::days> days_in(TableReader& table, std::string_view key)
{
    return std::chrono::days{TRY(table.integer(key, 1, 3650))};
}

static Result<std::uint16_t> port_in(TableReader& table, std::string_view key)
{
    return static_cast<std::uint16_t>(TRY(table.integer(key, 1, 65535)));
}

static Result<GvisorAges> read_gvisor(TableReader table)
{
    GvisorAges ages{.old_after = TRY(days_in(table, "old_after_days")),
                    .outdated_after = TRY(days_in(table, "outdated_after_days"))};
    TRY(table.finish());
    return ages;
}

static Result<SystemContainers> read_system_containers(TableReader table)
{
    SystemContainers names{.coolify = TRY(table.texts("coolify")),
                           .proxy = TRY(table.texts("proxy")),
                           .services = TRY(table.texts("services"))};
    TRY(table.finish());
    return names;
}

static Result<DetectorTiming> read_detector(TableReader table)
{
    DetectorTiming timing{.interval =
                              std::chrono::minutes{TRY(table.integer("interval_minutes", 1, 1440))},
                          .late_after_intervals =
                              static_cast<int>(TRY(table.integer("late_after_intervals", 1, 100))),
                          .delivery_record = TRY(table.text("delivery_record"))};
    TRY(table.finish());
    return timing;
}

static Result<ProbeTargets> read_network(TableReader table)
{
    ProbeTargets targets{.destination4 = TRY(table.text("destination4")),
                         .destination6 = TRY(table.text("destination6")),
                         .metadata4 = TRY(table.text("metadata4")),
                         .metadata6 = TRY(table.text("metadata6")),
                         .metadata_port = TRY(port_in(table, "metadata_port")),
                         .control_port = TRY(port_in(table, "control_port")),
                         .node_port = TRY(port_in(table, "node_port"))};
    TRY(table.finish());
    return targets;
}

static Result<std::chrono::sys_days> day_in(TableReader& table, std::string_view key)
{
    const auto text = TRY(table.text(key));
    const auto time = from_rfc3339(cat(text, "T00:00:00Z"));
    if (!time)
        return table.error_at(key,
                              cat("is \"", escaped(text, 40), "\", not a day as in 2026-11-22"));
    return std::chrono::floor<std::chrono::days>(*time);
}

static Result<KnownFlaw> read_flaw(const std::string& name, TableReader table)
{
    const std::vector<std::string> components = {"runc",           "containerd", "docker",
                                                 "buildkit",       "openssh",    "kernel",
                                                 "nvidia-toolkit", "gvisor"};
    KnownFlaw flaw{.name = name,
                   .component = TRY(table.one_of("component", components)),
                   .since = TRY(table.text_or("since", "")),
                   .fixed_in = TRY(table.texts("fixed_in")),
                   .fixed_packages = TRY(table.texts("fixed_packages"))};
    if (!flaw.since.empty() && !parse_version(flaw.since))
        return table.error_at("since", "is no version");
    for (const auto& version : flaw.fixed_in)
        if (!parse_version(version))
            return table.error_at("fixed_in", cat("has \"", escaped(version, 40), "\""));
    TRY(table.finish());
    return flaw;
}

static Result<KnownFlaws> read_versions(TableReader table)
{
    KnownFlaws known{.as_of = TRY(day_in(table, "as_of")),
                     .stale_after = TRY(days_in(table, "stale_after_days"))};
    auto packages = TRY(table.table("packages"));
    for (const auto* component :
         {"runc", "containerd", "docker", "buildkit", "openssh", "nvidia-toolkit"})
        known.packages[component] = TRY(packages.text(component));
    TRY(packages.finish());
    for (auto& [name, flaw] : TRY(table.tables("flaws")))
        known.flaws.push_back(TRY(read_flaw(name, flaw)));
    TRY(table.finish());
    return known;
}

Result<VerifyRules> verify_rules_from(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    VerifyRules rules{.gvisor = TRY(read_gvisor(TRY(reader.table("gvisor")))),
                      .system_containers =
                          TRY(read_system_containers(TRY(reader.table("system_containers")))),
                      .containers = TRY(read_container_rules(TRY(reader.table("containers")))),
                      .docker = TRY(read_daemon_rules(TRY(reader.table("docker")))),
                      .detector = TRY(read_detector(TRY(reader.table("detector")))),
                      .network = TRY(read_network(TRY(reader.table("network")))),
                      .flaws = TRY(read_versions(TRY(reader.table("versions"))))};
    TRY(reader.finish());
    return rules;
}

Result<Setting> verify_settings(const Host& host)
{
    return site_settings(host, shipped_verify_rules, site_verify_rules);
}

Result<VerifyRules> verify_rules(const Facts& facts)
{
    return verify_rules_from(TRY(verify_settings(facts.host())));
}

}
