#include "checks/docker_facts.h"
#include "checks/host_facts.h"
#include "checks/host_looks.h"
#include "checks/host_rules.h"
#include "checks/judged.h"
#include "checks/sysctl_files.h"

#include <algorithm>

namespace harden {

Result<Outcome> containers_apart(const Facts& facts)
{
    const auto all = TRY(facts.once(mounts));
    const auto* root = mount_of(all, "/");
    if (root == nullptr)
        return Error{ErrorKind::Malformed, "/proc/self/mountinfo has no /", {}};
    std::vector<std::string> complaints;
    std::vector<std::string> apart;
    for (const auto& place : TRY(facts.once(container_places))) {
        const auto* mount = mount_of(all, place.native());
        if (mount == nullptr || mount->device == root->device)
            complaints.push_back(cat(escaped(place.native(), 80), " is on the system's"));
        else
            apart.push_back(cat(escaped(place.native(), 80), " on ", escaped(mount->source, 40)));
    }
    return judged(std::move(complaints), join(apart, ", "));
}

Result<Outcome> quota_enforced(const Facts& facts)
{
    const Path place{TRY(facts.once(docker_info)).root_dir};
    const auto all = TRY(facts.once(mounts));
    const auto* mount = mount_of(all, place.native());
    if (mount == nullptr)
        return Error{ErrorKind::NotFound, "Docker's directory is on no mount", {}};
    if (mount->type == "btrfs" || mount->type == "zfs")
        return info(cat(mount->type, ": its own quotas were not looked at"));
    if (mount->type != "xfs")
        return fail(cat("Docker's directory is on ", escaped(mount->type, 20),
                        ", which limits no container"));
    if (has_option(*mount, "prjquota") || has_option(*mount, "pquota"))
        return pass("XFS with project quotas");
    return fail("XFS is mounted without prjquota");
}

static bool mentions_prune(const Host& host, const Path& file)
{
    const auto text = host.read(file);
    if (!text)
        return false;
    return std::ranges::any_of(lines(*text), [](std::string_view line) {
        return !trim(line).starts_with('#') && line.find("prune") != std::string_view::npos &&
               line.find("docker") != std::string_view::npos;
    });
}

// The first timetable that prunes images; Coolify does it by itself.
static std::string image_cleaner(const Host& host)
{
    constexpr auto coolify = "/data/coolify";
    if (host.status(coolify))
        return "Coolify";
    for (const auto* name : {"/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily",
                             "/etc/cron.weekly", "/var/spool/cron/crontabs", "/etc/systemd/system"})
        if (const auto files = host.list(name))
            for (const auto& file : *files)
                if (mentions_prune(host, Path{name} / file))
                    return (Path{name} / file).native();
    return mentions_prune(host, "/etc/crontab") ? "/etc/crontab" : "";
}

static std::string percent(double value)
{
    return cat(std::to_string(static_cast<int>(value)), " %");
}

Result<Outcome> room_left(const Facts& facts)
{
    const auto least = TRY(facts.once(host_rules)).free_percent;
    std::vector<std::string> complaints;
    double smallest = 100;
    for (const auto& room : TRY(facts.once(rooms))) {
        smallest = std::min({smallest, room.free_blocks, room.free_inodes});
        if (room.free_blocks < least)
            complaints.push_back(
                cat(escaped(room.place.native(), 60), " has ", percent(room.free_blocks), " left"));
        if (room.free_inodes < least)
            complaints.push_back(cat(escaped(room.place.native(), 60), " has ",
                                     percent(room.free_inodes), " of its inodes left"));
    }
    const auto cleaner = image_cleaner(facts.host());
    if (cleaner.empty())
        complaints.emplace_back("no timetable prunes images");
    return judged(std::move(complaints),
                  cat(percent(smallest), " left, images cleaned by ", escaped(cleaner, 60)));
}

Result<Outcome> temporary_mounts(const Facts& facts)
{
    const auto all = TRY(facts.once(mounts));
    const auto rules = TRY(facts.once(host_rules));
    std::vector<std::string> complaints;
    for (const auto& place : rules.temporary) {
        const auto* mount = mount_of(all, place);
        if (mount == nullptr || mount->place != place) {
            complaints.push_back(cat(escaped(place, 60), " is no mount of its own"));
            continue;
        }
        std::vector<std::string> missing;
        for (const auto& option : rules.temporary_options)
            if (!has_option(*mount, option))
                missing.push_back(option);
        if (!missing.empty())
            complaints.push_back(cat(escaped(place, 60), " lacks ", join(missing, ",")));
    }
    return judged(std::move(complaints), join(rules.temporary, ", "));
}

// A device that the kernel encrypts is one of dm-crypt's.
static Result<bool> is_encrypted(const Host& host, const Path& uuid)
{
    const auto name = host.read(uuid);
    if (name.is_absent())
        return false;
    return TRY(name).starts_with("CRYPT-");
}

static Result<bool> is_safe_swap(const Facts& facts, const Path& swap, bool is_file)
{
    if (is_file) {
        const auto all = TRY(facts.once(mounts));
        const auto* mount = mount_of(all, swap.native());
        return mount != nullptr &&
               TRY(is_encrypted(facts.host(), Path{"/sys/dev/block"} / mount->device / "dm/uuid"));
    }
    if (swap.filename().native().starts_with("zram"))
        return true; // it stays in memory
    return is_encrypted(facts.host(), Path{"/sys/block"} / swap.filename() / "dm/uuid");
}

Result<Outcome> swap_safe(const Facts& facts)
{
    const auto text = facts.host().read("/proc/swaps");
    if (text.is_absent())
        return pass("this kernel has no swap");
    std::vector<std::string> complaints;
    std::vector<std::string> good;
    const auto contents = TRY(text);
    for (const auto line : lines(contents)) {
        auto fields = split(trim(line), ' ');
        for (auto& field : fields)
            field = trim(field);
        std::erase(fields, std::string_view{});
        if (fields.size() < 2 || !fields[0].starts_with('/'))
            continue; // the heading
        const bool is_file = fields[1].starts_with("file");
        const auto name = escaped(fields[0].substr(0, fields[0].find('\t')), 60);
        if (TRY(is_safe_swap(facts, Path{fields[0]}, is_file)))
            good.push_back(name);
        else
            complaints.push_back(cat(name, " is not encrypted"));
    }
    return judged(std::move(complaints), good.empty() ? "off" : join(good, ", "));
}

static Result<std::map<std::string, std::string, std::less<>>> journal_settings(const Host& host)
{
    std::vector<Path> files{"/etc/systemd/journald.conf"};
    std::ranges::move(
        TRY(merged_files(host,
                         {"/etc/systemd/journald.conf.d", "/run/systemd/journald.conf.d",
                          "/usr/lib/systemd/journald.conf.d"},
                         ".conf")),
        std::back_inserter(files));
    std::map<std::string, std::string, std::less<>> settings;
    for (const auto& file : files) {
        const auto text = host.read(file);
        if (text.is_absent())
            continue;
        const auto contents = TRY(text);
        for (auto line : lines(contents)) {
            line = trim(line);
            const auto equals = line.find('=');
            if (!line.starts_with('#') && !line.starts_with(';') &&
                equals != std::string_view::npos)
                settings[std::string{trim(line.substr(0, equals))}] = trim(line.substr(equals + 1));
        }
    }
    return settings;
}

Result<Outcome> journal_bounded(const Facts& facts)
{
    const auto& host = facts.host();
    if (host.status("/run/systemd/journal").is_absent())
        return fail("journald does not run");
    auto settings = TRY(journal_settings(host));
    const auto storage = settings["Storage"].empty() ? "auto" : settings["Storage"];
    const bool has_directory = static_cast<bool>(host.status("/var/log/journal"));
    if (storage == "volatile" || storage == "none" || (storage == "auto" && !has_directory))
        return fail(cat("it is lost at a boot (Storage=", escaped(storage, 20),
                        has_directory ? ")" : ", no /var/log/journal)"));
    const auto most = settings["SystemMaxUse"];
    return pass(
        cat("kept, at most ", most.empty() ? "4G or a tenth of its disk" : escaped(most, 20)));
}

}
