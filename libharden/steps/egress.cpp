#include "steps/egress.h"

#include "base/shipped.h"
#include "egress/ruleset_json.h"
#include "egress/wanted.h"

namespace harden {

static constexpr auto unit = "harden-egress.service";
static constexpr auto packaged_unit_file = "/lib/systemd/system/harden-egress.service";
static constexpr auto own_unit_file = "/etc/systemd/system/harden-egress.service";
static constexpr auto systemd_runs = "/run/systemd/system";

static Result<> write_if_other(Host& host, const Path& file, const std::string& contents)
{
    const auto present = host.read(file);
    if (present && *present == contents)
        return done;
    return host.write(file, contents);
}

static Result<> must_run(Host& host, const Command& command, const Command& undo)
{
    TRY(succeeded(host.run(command, undo), command));
    return done;
}

static Result<bool> answers_yes(const Host& host, const Command& question)
{
    const auto output = TRY(host.query(question));
    return output.status == 0;
}

static std::string unit_text(const std::string& program)
{
    std::string text{shipped("cron/harden-egress.service")};
    for (auto at = text.find(egress_program); at != std::string::npos;
         at = text.find(egress_program, at + program.size()))
        text.replace(at, std::string_view{egress_program}.size(), program);
    return text;
}

static Result<> install_unit_file(Host& host, const std::string& program)
{
    if (host.status(packaged_unit_file))
        return done;
    const auto wanted = unit_text(program);
    const auto present = host.read(own_unit_file);
    if (present && *present == wanted)
        return done;
    TRY(host.write(own_unit_file, wanted));
    return must_run(host, {"systemctl", "daemon-reload"}, {"systemctl", "daemon-reload"});
}

// A node without systemd has nobody to start the unit.
static Result<> install_unit(Host& host, const std::string& program)
{
    if (!host.status(systemd_runs))
        return done;
    TRY(install_unit_file(host, program));
    if (!TRY(answers_yes(host, {"systemctl", "is-enabled", "--quiet", unit})))
        TRY(must_run(host, {"systemctl", "enable", unit}, {"systemctl", "disable", unit}));
    if (!TRY(answers_yes(host, {"systemctl", "is-active", "--quiet", unit})))
        TRY(must_run(host, {"systemctl", "start", unit}, {"systemctl", "stop", unit}));
    return done;
}

static Result<> install(Node& node, const EgressOptions& options)
{
    const auto wanted = TRY(wanted_ruleset(node, options.site_file, options.site_file_presence));
    const auto drift = TRY(node.firewall().difference(wanted));
    // first the record: an undo restores it and then brings the kernel back to what it says
    TRY(write_if_other(node.host(), recorded_ruleset_file, to_json(wanted)));
    if (!drift.empty())
        TRY(node.firewall().replace(wanted));
    return install_unit(node.host(), options.program);
}

static Result<> uninstall_unit(Host& host)
{
    if (host.status(systemd_runs)) {
        if (TRY(answers_yes(host, {"systemctl", "is-active", "--quiet", unit})))
            TRY(must_run(host, {"systemctl", "stop", unit}, {"systemctl", "start", unit}));
        if (TRY(answers_yes(host, {"systemctl", "is-enabled", "--quiet", unit})))
            TRY(must_run(host, {"systemctl", "disable", unit}, {"systemctl", "enable", unit}));
    }
    if (host.status(own_unit_file).is_absent())
        return done;
    TRY(host.remove(own_unit_file));
    if (!host.status(systemd_runs))
        return done;
    return must_run(host, {"systemctl", "daemon-reload"}, {"systemctl", "daemon-reload"});
}

static Result<> uninstall(Node& node)
{
    TRY(uninstall_unit(node.host()));
    const auto held = TRY(node.firewall().difference(Ruleset{}));
    if (!node.host().status(recorded_ruleset_file).is_absent())
        TRY(node.host().remove(recorded_ruleset_file));
    return held.empty() ? Result<>{done} : node.firewall().remove();
}

Step egress_step(const EgressOptions& options)
{
    return {.id = "egress",
            .title = "Egress policy",
            .settles = {"egress.policy", "egress.metadata-v4", "egress.metadata-v6"},
            .apply = [options](Node& node) { return install(node, options); },
            .restore_firewall = {options.program, "restore"}};
}

Step egress_removal_step(const EgressOptions& options)
{
    return {.id = "egress-removal",
            .title = "Egress policy, removed",
            .settles = {},
            .apply = uninstall,
            .restore_firewall = {options.program, "restore"}};
}

Result<> restore_egress(Node& node)
{
    const auto recorded = recorded_ruleset(node.host());
    if (!recorded && !recorded.is_absent())
        return recorded.error();
    const auto wanted = recorded ? *recorded : Ruleset{};
    if (TRY(node.firewall().difference(wanted)).empty())
        return done;
    return wanted == Ruleset{} ? node.firewall().remove() : node.firewall().replace(wanted);
}

}
