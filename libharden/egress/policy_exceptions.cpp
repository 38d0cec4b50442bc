#include "egress/policy_exceptions.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

static Result<> check_groups(const TableReader& table, const EgressException& exception,
                             const EgressPolicy& policy)
{
    std::vector<std::string> known;
    for (const auto& group : policy.groups)
        known.push_back(group.refused.id);
    for (const auto& name : exception.open) {
        if (std::ranges::find(known, name) != known.end())
            continue;
        auto error =
            table.error_at("open", cat("names \"", escaped(name, 64), "\", which is no group"));
        if (const auto meant = nearest(name, known))
            error.hint = cat("did you mean \"", *meant, "\"?");
        return error;
    }
    if (!exception.open.empty() || !exception.allow.empty())
        return done;
    return table.error_at("", "changes nothing: give it \"open\" or \"allow\"");
}

static Result<std::vector<EgressException>> read_table(TableReader& document, std::string_view key,
                                                       const EgressPolicy& policy)
{
    std::vector<EgressException> exceptions;
    if (!document.has(key))
        return exceptions;
    auto whole = TRY(document.table(key));
    for (auto& [name, table] : TRY(document.tables(key))) {
        TRY(whole.table(name));
        EgressException exception{.name = name};
        exception.open = TRY(table.texts("open"));
        exception.allow = TRY(read_allow(table));
        TRY(check_groups(table, exception, policy));
        TRY(table.finish());
        exceptions.push_back(std::move(exception));
    }
    TRY(whole.finish());
    return exceptions;
}

Result<> read_exceptions(TableReader& document, EgressPolicy& policy)
{
    policy.networks = TRY(read_table(document, "networks", policy));
    policy.labels = TRY(read_table(document, "labels", policy));
    for (const auto& label : policy.labels)
        if (const auto equals = label.name.find('='); equals == 0 || equals == std::string::npos)
            return document.error_at(
                "labels", cat("has \"", escaped(label.name, 64), "\", which is not KEY=VALUE"));
    return done;
}

static bool is_cgroup_path(const std::string& path)
{
    if (path.empty() || path.starts_with('/') || path.ends_with('/') || path.size() > 4096)
        return false;
    for (const auto part : split(path, '/'))
        if (part.empty() || part == "." || part == "..")
            return false;
    return true;
}

Result<> read_host_network(TableReader& document, EgressPolicy& policy)
{
    auto table = TRY(document.table("host_network"));
    policy.judges_host_network = TRY(table.boolean_or("enabled", true));
    policy.host_cgroups = TRY(table.texts("cgroups"));
    for (const auto& path : policy.host_cgroups)
        if (!is_cgroup_path(path))
            return table.error_at(
                "cgroups", cat("has \"", escaped(path, 64), "\", which is no path below the root"));
    return table.finish();
}

}
