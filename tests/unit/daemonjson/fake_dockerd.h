#pragma once

#include "base/shipped.h"
#include "daemonjson/daemon.h"
#include "support/fake_node.h"

namespace harden::test {

inline KeyTable known_keys()
{
    constexpr auto name = "daemonjson/keys.toml";
    return *key_table(*parse_toml(shipped(name), name));
}

// A dockerd that treats its file as the real one does: a reload leaves a key that the file does
// not have as it is, and containers outlive a restart only with live-restore, on both sides of it.
class FakeDockerd {
public:
    explicit FakeDockerd(FakeNode& fake)
        : fake_{fake}
    {
        fake.docker.about.version = "28.5.2";
        fake.docker.about.logging_driver = "json-file";
        fake.docker.about.default_runtime = "runc";
        fake.docker.about.runtimes["runc"] = "runc";
        fake.host.with_file("/usr/local/lib/gvisor/release-1/runsc", "ELF", 0755);
        fake.host.with_link("/usr/local/lib/gvisor/current", "release-1");
        fake.host.doing({"systemctl", "reload", "docker"}, [this](auto&) { return reload(); });
        fake.host.doing({"systemctl", "restart", "docker"}, [this](auto&) { return restart(); });
        fake.host.answering({"systemctl", "reset-failed", "docker"}, {});
    }

    bool refuses = false;        // to start with another file than `takes`
    bool ignores_reload = false; // as a file does that it cannot take
    int restarts = 0;
    std::string takes;

    void run_container(const std::string& id)
    {
        fake_.docker.listed.push_back({.id = id, .state = "running"});
        fake_.docker.details[id].pid = 100;
    }

private:
    JsonValue file() const
    {
        const auto text = fake_.host.read(default_daemon_file);
        return *json_document(text ? *text : "{}").root;
    }

    Output reload()
    {
        if (!ignores_reload)
            take(file());
        return {};
    }

    void take(const JsonValue& document)
    {
        auto& about = fake_.docker.about;
        if (const auto* restore = document.find("live-restore"))
            about.live_restore = restore->boolean;
        if (const auto* runtime = document.find("default-runtime"))
            about.default_runtime = runtime->text;
        if (const auto* runtimes = document.find("runtimes")) {
            about.runtimes = {{"runc", "runc"}};
            for (const auto& member : runtimes->members)
                about.runtimes[member.key] = member.value.find("path")->text;
        }
    }

    Output restart()
    {
        ++restarts;
        if (refuses && *fake_.host.read(default_daemon_file) != takes) {
            fake_.docker.running = false;
            return {.status = 1, .err = "Job for docker.service failed"};
        }
        auto& about = fake_.docker.about;
        const bool was_kept = about.live_restore;
        about = {
            .version = about.version, .default_runtime = "runc", .logging_driver = "json-file"};
        about.runtimes["runc"] = "runc";
        const auto document = file();
        take(document);
        if (const auto* driver = document.find("log-driver"))
            about.logging_driver = driver->text;
        if (const auto* privileges = document.find("no-new-privileges"))
            if (privileges->boolean)
                about.security_options.emplace_back("name=no-new-privileges");
        if (!was_kept || !about.live_restore)
            for (auto& [id, details] : fake_.docker.details)
                details.pid = 0;
        fake_.docker.running = true;
        return {};
    }

    FakeNode& fake_;
};

}
