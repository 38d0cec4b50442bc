#include "base/time.h"
#include "checks/apt_settings.h"
#include "checks/host_facts.h"
#include "checks/host_looks.h"
#include "checks/host_rules.h"
#include "checks/judged.h"
#include "checks/packages.h"
#include "ssh/cloud_init.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace harden {

using std::chrono::floor;

static constexpr auto upgrade_stamp = "/var/lib/apt/periodic/upgrade-stamp";

static std::string day_text(std::chrono::sys_days day)
{
    return to_rfc3339(day).substr(0, 10);
}

Result<Outcome> system_supported(const Facts& facts)
{
    const auto system = TRY(facts.once(system_release));
    if (system.version.empty())
        return info(cat(escaped(system.title, 60), ": a release without a number"));
    const auto rules = TRY(facts.once(host_rules));
    const auto known = rules.supported.find(cat(system.name, " ", system.version));
    if (known == rules.supported.end())
        return Error{ErrorKind::NotFound,
                     cat("rules/host.toml has no date for ", escaped(system.title, 60)),
                     {}};
    const auto evidence = cat(escaped(system.title, 60), ", until ", day_text(known->second));
    return TRY(facts.host().now()).wall < known->second ? pass(evidence) : fail(evidence);
}

static bool is_on(const AptSettings& settings, std::string_view name)
{
    const auto value = last_of(settings, name);
    return !value.empty() && value != "0";
}

static Result<std::string> late_upgrade(const Facts& facts)
{
    const auto stamp = facts.host().status(upgrade_stamp);
    if (stamp.is_absent())
        return std::string{"no run has succeeded yet"};
    const auto age = TRY(facts.host().now()).wall - TRY(stamp).modified;
    if (age <= TRY(facts.once(host_rules)).updates_within)
        return std::string{};
    return cat("the last success is ", days_text(age), " ago");
}

Result<Outcome> upgrades_run(const Facts& facts)
{
    const auto packages = TRY(facts.once(installed_packages));
    if (!packages.versions.contains("unattended-upgrades"))
        return fail("unattended-upgrades is not installed");
    const auto settings = TRY(apt_settings(facts.host()));
    const auto units = TRY(facts.once(shown_units));
    std::vector<std::string> complaints;
    for (const auto* name :
         {"apt::periodic::update-package-lists", "apt::periodic::unattended-upgrade"})
        if (!is_on(settings, name))
            complaints.push_back(cat(name, " is off"));
    for (const auto* timer : {"apt-daily.timer", "apt-daily-upgrade.timer"})
        if (!is_active(units, timer))
            complaints.push_back(cat(timer, " is not active"));
    auto late = TRY(late_upgrade(facts));
    if (!late.empty())
        complaints.push_back(std::move(late));
    for (const auto& name : packages.held)
        complaints.push_back(cat(escaped(name, 60), " is on hold"));
    return judged(std::move(complaints), "on, and the last run succeeded");
}

// chronyc -c tracking: "reference,name,stratum,reference time,offset,…,leap status"
static Result<Outcome> chrony_says(const Facts& facts, double most)
{
    const Command command{"chronyc", "-n", "-c", "tracking"};
    const auto answer =
        TRY(succeeded(facts.host().query(command, {.timeout = std::chrono::seconds{2}}), command));
    const auto fields = split(trim(answer.out), ',');
    if (fields.size() < 14)
        return Error{ErrorKind::Malformed, "chronyc's answer is no tracking report", {}};
    if (fields.back() == "Not synchronised")
        return fail("chrony has no server");
    const auto offset = std::abs(std::strtod(std::string{fields[4]}.c_str(), nullptr));
    const auto evidence = cat("chrony, off by ", std::to_string(offset), " s");
    return offset < most ? pass(evidence) : fail(evidence);
}

static Result<Outcome> timesyncd_says(const Facts& facts, std::chrono::hours within)
{
    const auto stamp = facts.host().status("/run/systemd/timesync/synchronized");
    if (stamp.is_absent())
        return fail("systemd-timesyncd has reached no server");
    const auto age = TRY(facts.host().now()).wall - TRY(stamp).modified;
    const auto evidence = cat("systemd-timesyncd, ",
                              std::to_string(floor<std::chrono::minutes>(age).count()), " min ago");
    return age <= within ? pass(evidence) : fail(evidence);
}

Result<Outcome> clock_synchronised(const Facts& facts)
{
    const auto rules = TRY(facts.once(host_rules));
    const auto units = TRY(facts.once(shown_units));
    if (is_active(units, "chrony.service"))
        return chrony_says(facts, rules.time_offset);
    if (is_active(units, "systemd-timesyncd.service"))
        return timesyncd_says(facts, rules.synchronised_within);
    for (const auto& service : rules.time_services)
        if (is_active(units, service))
            return Error{
                ErrorKind::Unsupported, cat(escaped(service, 40), " runs and cannot be asked"), {}};
    return fail("no time service runs");
}

static bool watches(std::string_view rules, const std::string& path)
{
    for (const auto line : lines(rules))
        for (const auto word : split(trim(line), ' '))
            if (word == path || word == cat(path, "/") || word == cat("path=", path) ||
                word == cat("dir=", path))
                return true;
    return false;
}

Result<Outcome> audited(const Facts& facts)
{
    const auto& host = facts.host();
    const CommandOptions options{.timeout = std::chrono::seconds{2}};
    const auto state = host.query({"auditctl", "-s"}, options);
    if (state.is_absent())
        return fail("auditd is not installed");
    const auto status = TRY(succeeded(state, {"auditctl", "-s"})).out;
    std::vector<std::string> complaints;
    if (status.find("enabled 0") != std::string::npos)
        complaints.emplace_back("auditing is off");
    if (!is_active(TRY(facts.once(shown_units)), "auditd.service"))
        complaints.emplace_back("auditd does not run");
    const auto lost = status.find("lost ");
    if (lost != std::string::npos && status.substr(lost + 5, 2) != "0\n")
        complaints.emplace_back("records were lost");
    const auto loaded = TRY(succeeded(host.query({"auditctl", "-l"}, options), {"auditctl", "-l"}));
    const auto rules = TRY(facts.once(host_rules));
    for (const auto& path : rules.audited)
        if (!watches(loaded.out, path))
            complaints.push_back(cat(escaped(path, 60), " is not watched"));
    return judged(std::move(complaints), "on, all paths are watched, nothing was lost");
}

Result<Outcome> without_needless_services(const Facts& facts)
{
    const auto units = TRY(facts.once(shown_units));
    std::vector<std::string> complaints;
    const auto rules = TRY(facts.once(host_rules));
    for (const auto& name : rules.needless_services) {
        const auto unit = units.find(name);
        if (unit == units.end())
            continue;
        if (unit->second.active == "active" || unit->second.active == "activating")
            complaints.push_back(cat(escaped(name, 60), " runs"));
        else if (unit->second.file == "enabled")
            complaints.push_back(cat(escaped(name, 60), " starts at boot"));
    }
    return judged(std::move(complaints), "none of them");
}

// The last top-level `ssh_pwauth` of cloud-init's files, and where it stands.
static Result<std::pair<std::string, std::string>> password_setting(const Host& host)
{
    constexpr std::string_view key = "ssh_pwauth:";
    const Path parts{"/etc/cloud/cloud.cfg.d"};
    std::vector<Path> files{"/etc/cloud/cloud.cfg"};
    const auto names = host.list(parts);
    if (!names.is_absent())
        for (const auto& name : TRY(names))
            if (name.ends_with(".cfg"))
                files.push_back(parts / name);
    std::pair<std::string, std::string> last;
    for (const auto& file : files) {
        const auto text = host.read(file);
        if (text.is_absent())
            continue;
        const auto contents = TRY(text);
        for (const auto line : lines(contents))
            if (line.starts_with(key)) {
                const auto value = line.substr(key.size());
                last = {std::string{trim(value.substr(0, value.find(" #")))}, file.native()};
            }
    }
    return last;
}

Result<Outcome> cloud_init_agrees(const Facts& facts)
{
    const auto& host = facts.host();
    if (!cloud_init_text(host))
        return not_applicable("there is no cloud-init");
    if (host.status("/etc/cloud/cloud-init.disabled"))
        return pass("cloud-init is disabled");
    auto [value, file] = TRY(password_setting(host));
    std::ranges::transform(value, value.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto where = cat("ssh_pwauth: ", escaped(value, 40), " in ", escaped(file, 80));
    if (value.empty())
        return fail("no file says ssh_pwauth, so the instance's data decide");
    if (value == "false" || value == "no" || value == "off" || value == "0" || value == "unchanged")
        return pass(where);
    return fail(where);
}

}
