#include "checks/host_facts.h"

#include "checks/docker_facts.h"
#include "checks/host_rules.h"

#include <algorithm>

namespace harden {

static constexpr std::chrono::seconds patience{2};

Units parse_units(std::string_view shown)
{
    Units units;
    std::string id;
    for (const auto line : lines(shown)) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos)
            continue;
        const auto key = line.substr(0, equals);
        const auto value = std::string{trim(line.substr(equals + 1))};
        if (key == "Id")
            id = value;
        else if (key == "ActiveState")
            units[id].active = value;
        else if (key == "UnitFileState")
            units[id].file = value;
    }
    return units;
}

Result<Units> shown_units(const Facts& facts)
{
    const auto rules = TRY(facts.once(host_rules));
    // Id comes first whatever the order asked for
    Command command{"systemctl",
                    "show",
                    "--property=Id,ActiveState,UnitFileState",
                    "--",
                    "apt-daily.timer",
                    "apt-daily-upgrade.timer",
                    "auditd.service"};
    command.insert(command.end(), rules.time_services.begin(), rules.time_services.end());
    command.insert(command.end(), rules.needless_services.begin(), rules.needless_services.end());
    const auto answer = TRY(succeeded(facts.host().query(command, {.timeout = patience}), command));
    return parse_units(answer.out);
}

std::string unit_property(std::string_view shown, std::string_view name)
{
    for (const auto line : lines(shown))
        if (line.starts_with(name) && line.substr(name.size()).starts_with('='))
            return std::string{trim(line.substr(name.size() + 1))};
    return {};
}

bool is_active(const Units& units, std::string_view unit)
{
    const auto found = units.find(unit);
    return found != units.end() && found->second.active == "active";
}

static std::string unquoted(std::string_view value)
{
    value = trim(value);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front())
        value = value.substr(1, value.size() - 2);
    return std::string{value};
}

Result<System> system_release(const Facts& facts)
{
    System system;
    const auto text = TRY(facts.host().read("/etc/os-release"));
    for (const auto line : lines(text)) {
        const auto equals = line.find('=');
        const auto key = line.substr(0, equals);
        if (key == "ID")
            system.name = unquoted(line.substr(equals + 1));
        else if (key == "VERSION_ID")
            system.version = unquoted(line.substr(equals + 1));
        else if (key == "PRETTY_NAME")
            system.title = unquoted(line.substr(equals + 1));
    }
    if (system.name.empty())
        return Error{ErrorKind::Malformed, "/etc/os-release names no system", {}};
    return system;
}

Result<bool> is_container(const Facts& facts)
{
    const auto kind = facts.host().read("/run/systemd/container");
    if (kind.is_absent())
        return false;
    return !trim(TRY(kind)).empty();
}

Result<bool> has_security_files(const Host& host)
{
    const auto names = host.list("/sys/kernel/security");
    return names && !names->empty();
}

Result<std::vector<MountRow>> mounts(const Facts& facts)
{
    const auto text = TRY(facts.host().read("/proc/self/mountinfo"));
    return parse_mount_table(text);
}

Result<std::vector<Path>> container_places(const Facts& facts)
{
    std::vector<Path> places{Path{TRY(facts.once(docker_info)).root_dir}};
    const Path containerd{"/var/lib/containerd"};
    if (facts.host().status(containerd))
        places.push_back(containerd);
    return places;
}

static std::optional<double> free_percent(std::string_view free, std::string_view all)
{
    const auto one = to_number(free);
    const auto whole = to_number(all);
    if (!one || !whole || *whole == 0)
        return {};
    return 100.0 * static_cast<double>(*one) / static_cast<double>(*whole);
}

std::vector<Room> parse_rooms(std::string_view shown)
{
    std::vector<Room> rooms;
    for (const auto line : lines(shown)) {
        auto fields = split(trim(line), ' ');
        std::erase(fields, std::string_view{});
        if (fields.size() < 5)
            continue;
        const auto blocks = free_percent(fields[1], fields[0]);
        if (!blocks) // the heading, and file systems without a size
            continue;
        const auto place = line.substr(static_cast<std::size_t>(fields[4].data() - line.data()));
        rooms.push_back(
            {std::string{trim(place)}, *blocks, free_percent(fields[3], fields[2]).value_or(100)});
    }
    return rooms;
}

Result<std::vector<Room>> rooms(const Facts& facts)
{
    Command command{"df",      "--output=size,avail,itotal,iavail,target", "--", "/", "/var",
                    "/var/log"};
    const auto& places = facts.once(container_places);
    if (places)
        for (const auto& place : *places)
            command.push_back(place.native());
    const auto answer = TRY(facts.host().query(command, {.timeout = patience}));
    auto found = parse_rooms(answer.out);
    if (found.empty())
        return Error{ErrorKind::Failed, cat("df says ", escaped(trim(answer.err), 80)), {}};
    std::ranges::sort(found, {}, &Room::place);
    const auto [first, last] = std::ranges::unique(found, {}, &Room::place);
    found.erase(first, last);
    return found;
}

std::string days_text(std::chrono::system_clock::duration time)
{
    return cat(std::to_string(std::chrono::floor<std::chrono::days>(time).count()), " days");
}

}
