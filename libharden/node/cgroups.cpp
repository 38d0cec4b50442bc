#include "node/cgroups.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace harden {

CgroupMounts parse_cgroup_mounts(std::string_view mounts)
{
    constexpr std::array<std::string_view, 5> controllers{"cpu", "cpuacct", "cpuset", "memory",
                                                          "pids"};
    CgroupMounts places;
    for (const auto line : lines(mounts)) {
        const auto words = split(line, ' '); // device, place, type, options, …
        if (words.size() < 4)
            continue;
        if (words[2] == "cgroup2")
            places.emplace("unified", words[1]);
        if (words[2] != "cgroup")
            continue;
        for (const auto option : split(words[3], ','))
            if (std::find(controllers.begin(), controllers.end(), option) != controllers.end())
                places.emplace(option, words[1]);
    }
    return places;
}

std::map<std::string, std::string, std::less<>> parse_process_cgroups(std::string_view text)
{
    std::map<std::string, std::string, std::less<>> places;
    for (const auto line : lines(text)) { // "4:cpu,cpuacct:/docker/ID", "0::/docker/ID"
        const auto first = line.find(':');
        const auto second = line.find(':', first == std::string_view::npos ? first : first + 1);
        if (second == std::string_view::npos)
            continue;
        const auto path = line.substr(second + 1);
        if (!path.starts_with('/') || path.find("/..") != std::string_view::npos)
            continue;
        const auto names = line.substr(first + 1, second - first - 1);
        for (const auto name : split(names, ','))
            places.emplace(name.empty() ? "unified" : name, path);
    }
    return places;
}

}
