#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>

namespace harden {

static constexpr std::string_view no_start = "dockerd does not start";

static void judge_file(const Judge& judge, std::string_view key, const JsonValue& value,
                       std::string_view effect)
{
    if (judge.facts.host == nullptr || value.text.empty())
        return;
    if (judge.facts.host->status(value.text).is_absent())
        judge.error(value.span, "files.missing",
                    cat("\"", key, "\": ", escaped(value.text), " does not exist: ", effect));
}

static void judge_seccomp(const Judge& judge)
{
    const auto* profile = judge.text_at("seccomp-profile");
    if (profile == nullptr)
        return;
    if (judge.is_before({23, 0}) && (profile->text == "builtin" || profile->text == "unconfined"))
        return judge.error(profile->span, "files.missing",
                           "before Docker 23 this is the path of a file: dockerd does not start",
                           "leave the key out");
    if (profile->text == "builtin")
        return;
    if (profile->text == "unconfined")
        return judge.warn(profile->span, "seccomp.unconfined",
                          "every container may use every system call", "write \"builtin\"");
    judge_file(judge, "seccomp-profile", *profile, no_start);
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

static void judge_storage_options(const Judge& judge)
{
    const auto* options = judge.list_at("storage-opts");
    const auto* wanted = judge.text_at("storage-driver");
    if (options == nullptr || wanted == nullptr)
        return;
    const auto& drivers = judge.table.storage_drivers;
    const auto driver = std::ranges::find(drivers, wanted->text, &StorageDriver::name);
    if (driver == drivers.end() || driver->options.empty())
        return;
    for (const auto& option : options->elements) {
        const auto name = option.text.substr(0, option.text.find('='));
        if (option.type == JsonType::Text &&
            std::ranges::find(driver->options, name) == driver->options.end())
            judge.error(option.span, "storage-opts.unknown",
                        cat(escaped(json_string(name)), " is no option of ", driver->name,
                            ": dockerd does not start"),
                        cat("it knows ", join(driver->options, ", ")));
    }
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
    judge_storage_options(judge);
    judge_swarm(judge);
    const auto is = [&](std::string_view key, bool wanted) {
        const auto* value = judge.root.find(key);
        return value != nullptr && value->is_boolean(wanted);
    };
    if (is("tlsverify", true) || is("tlsverify", false) || is("tls", true))
        for (const auto* key : {"tlscacert", "tlscert", "tlskey"})
            if (const auto* file = judge.text_at(key))
                judge_file(judge, key, *file, no_start);
    if (const auto* proxy = judge.text_at("userland-proxy-path");
        proxy != nullptr && proxy->text.starts_with('/') && !is("userland-proxy", false))
        judge_file(judge, "userland-proxy-path", *proxy,
                   judge.is_before({23, 0}) ? "no container with a published port starts"
                                            : no_start);
    if (const auto* init = judge.text_at("init-path");
        init != nullptr && init->text.starts_with('/') && is("init", true))
        judge_file(judge, "init-path", *init, "no container starts");
}

}
