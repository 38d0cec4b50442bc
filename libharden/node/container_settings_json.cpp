#include "node/container_settings_json.h"

#include "base/text.h"

namespace harden {

static std::vector<ContainerMount> mounts_in(const JsonView& row)
{
    std::vector<ContainerMount> mounts;
    for (const auto& mount : row.rows("Mounts"))
        mounts.push_back({.type = mount.text("Type"),
                          .source = mount.text("Source"),
                          .destination = mount.text("Destination"),
                          .propagation = mount.text("Propagation"),
                          .writable = mount.boolean("RW")});
    return mounts;
}

// Those of --tmpfs, and those of --mount type=tmpfs.
static JsonView::Texts tmpfs_in(const JsonView& host)
{
    auto all = host.text_map("Tmpfs");
    for (const auto& mount : host.rows("Mounts")) {
        if (mount.text("Type") != "tmpfs")
            continue;
        const auto size = mount.within("TmpfsOptions").integer("SizeBytes");
        all.emplace(mount.text("Target"),
                    size > 0 ? cat("noexec,nosuid,size=", std::to_string(size)) : "noexec,nosuid");
    }
    return all;
}

static std::vector<std::string> variables_in(const JsonView& config)
{
    std::vector<std::string> names;
    for (const auto& assignment : config.texts("Env"))
        names.push_back(assignment.substr(0, assignment.find('=')));
    return names;
}

ContainerSettings container_settings_in(const JsonView& row)
{
    const auto host = row.within("HostConfig");
    const auto config = row.within("Config");
    return {
        .user = config.text("User"),
        .variables = variables_in(config),
        .read_only_root = host.boolean("ReadonlyRootfs"),
        .dropped_capabilities = host.texts("CapDrop"),
        .security_options = host.texts("SecurityOpt"),
        .uts_mode = host.text("UTSMode"),
        .user_namespace_mode = host.text("UsernsMode"),
        .cgroup_namespace_mode = host.text("CgroupnsMode"),
        .storage_options = host.text_map("StorageOpt"),
        .tmpfs = tmpfs_in(host),
        .mounts = mounts_in(row),
        .device_rules = host.texts("DeviceCgroupRules"),
        .annotations = host.text_map("Annotations"),
        .restart_policy = host.within("RestartPolicy").text("Name"),
        .restarts = row.integer("RestartCount"),
        .oom_score = host.integer("OomScoreAdj"),
        .evades_oom_killer = host.boolean("OomKillDisable"),
        .masked_paths = host.texts("MaskedPaths"),
        .read_only_paths = host.texts("ReadonlyPaths"),
    };
}

}
