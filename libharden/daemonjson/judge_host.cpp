#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>

namespace harden {

static void judge_file(const Judge& judge, std::string_view key, const JsonValue& value)
{
    if (judge.facts.host == nullptr || value.text.empty())
        return;
    if (judge.facts.host->status(value.text).is_absent())
        judge.error(
            value.span, "files.missing",
            cat("\"", key, "\": ", escaped(value.text), " does not exist: dockerd does not start"));
}

static void judge_seccomp(const Judge& judge)
{
    const auto* profile = judge.text_at("seccomp-profile");
    if (profile == nullptr || profile->text == "builtin")
        return;
    if (profile->text == "unconfined")
        return judge.warn(profile->span, "seccomp.unconfined",
                          "every container may use every system call", "write \"builtin\"");
    judge_file(judge, "seccomp-profile", *profile);
}

static void judge_storage(const Judge& judge)
{
    const auto* wanted = judge.text_at("storage-driver");
    if (wanted == nullptr || wanted->text.empty())
        return;
    const auto& known = judge.table.storage_drivers;
    const auto driver = std::ranges::find(known, wanted->text, &StorageDriver::name);
    if (driver != known.end() && judge.applies(driver->versions))
        return;
    std::vector<std::string> names;
    for (const auto& one : known)
        if (!one.versions.until)
            names.push_back(one.name);
    const auto removed = driver == known.end()
                             ? std::string{" is unknown"}
                             : cat(" went away after Docker ", to_text(*driver->versions.until));
    judge.error(wanted->span, "storage-driver.unknown",
                cat("storage driver ", escaped(json_string(wanted->text)), removed,
                    ": dockerd does not start"),
                cat("one of ", join(names, ", ")));
}

static void judge_swarm(const Judge& judge)
{
    const auto* restore = judge.root.find("live-restore");
    if (judge.facts.swarm_active && restore != nullptr && restore->is_boolean(true))
        judge.error(restore->span, "swarm.live-restore",
                    "this node is in a swarm, which live-restore excludes: dockerd does not start",
                    "docker swarm leave, or leave live-restore out");
    const auto* backend = judge.text_at("firewall-backend");
    if (judge.facts.swarm_active && backend != nullptr && backend->text == "nftables")
        judge.error(backend->span, "swarm.nftables",
                    "this node is in a swarm, which the nftables backend excludes");
}

void judge_host(const Judge& judge)
{
    judge_seccomp(judge);
    judge_storage(judge);
    judge_swarm(judge);
    const auto* verify = judge.root.find("tlsverify");
    if (verify != nullptr && verify->is_boolean(true))
        for (const auto* key : {"tlscacert", "tlscert", "tlskey"})
            if (const auto* file = judge.text_at(key))
                judge_file(judge, key, *file);
    for (const auto* key : {"userland-proxy-path", "init-path"})
        if (const auto* file = judge.text_at(key); file != nullptr && file->text.starts_with('/'))
            judge_file(judge, key, *file);
}

}
