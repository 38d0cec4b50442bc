#include "usage/cgroup_tree.h"

#include "usage/cgroup_files.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::size_t most_directories = 4096;
static constexpr std::size_t id_length = 64;

static bool is_hexadecimal(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

std::string_view id_in_name(std::string_view name)
{
    std::size_t run = 0;
    for (std::size_t at = 0; at <= name.size(); ++at) {
        if (at < name.size() && is_hexadecimal(name[at])) {
            ++run;
            continue;
        }
        if (run == id_length)
            return name.substr(at - run, run);
        run = 0;
    }
    return {};
}

// The kernel's own files in a group: most of what a directory holds, told without a question.
static bool is_kernel_file(std::string_view name)
{
    constexpr std::array<std::string_view, 16> prefixes{
        "cgroup.",  "cpu.",  "cpuacct.", "cpuset.", "memory.", "pids.", "io.",      "blkio.",
        "hugetlb.", "misc.", "rdma.",    "irq.",    "net_",    "perf_", "devices.", "freezer."};
    return name == "tasks" || name == "notify_on_release" || name == "release_agent" ||
           std::ranges::any_of(prefixes, [name](auto prefix) { return name.starts_with(prefix); });
}

template<class Filter>
static std::vector<std::string> directories_in(const Host& host, const Path& group, Filter wanted)
{
    std::vector<std::string> directories;
    const auto names = host.list(group);
    if (!names)
        return directories;
    for (const auto& name : *names) {
        if (is_kernel_file(name) || !wanted(name) || directories.size() >= most_directories)
            continue;
        // An id is a directory's name: that saves the question.
        const auto status = id_in_name(name).empty() ? host.status(group / name)
                                                     : FileStatus{.type = FileType::Directory};
        if (status && status->type == FileType::Directory)
            directories.push_back(name);
    }
    return directories;
}

static bool any(std::string_view)
{
    return true;
}

std::map<std::string, std::string, std::less<>> groups_by_id(const Host& host, const Path& mount)
{
    std::map<std::string, std::string, std::less<>> found;
    std::vector<std::string> waiting{""};
    for (std::size_t at = 0; at < waiting.size() && at < most_directories; ++at) {
        const auto parent = waiting[at];
        for (const auto& name : directories_in(host, mount.native() + parent, any)) {
            const auto path = cat(parent, "/", name);
            if (const auto id = id_in_name(name); !id.empty())
                found.emplace(id, path);
            else
                waiting.push_back(path);
        }
    }
    return found;
}

static constexpr std::string_view systemd_parent = "/system.slice";
static constexpr std::string_view build_parent = "/docker/buildkit";

// With systemd's driver a scope is named after the engine, and anything else there is a service.
static bool may_be_a_container(std::string_view parent, std::string_view name)
{
    if (parent == "/docker")
        return name != "buildkit";
    if (parent == build_parent)
        return true;
    return name.starts_with("docker-") ? name.ends_with(".scope")
                                       : name.size() == id_length && !id_in_name(name).empty();
}

static void add_groups(const Host& host, const Path& mount, std::string_view parent,
                       std::vector<GroupAt>& found)
{
    const auto wanted = [parent](std::string_view name) {
        return may_be_a_container(parent, name);
    };
    for (const auto& name : directories_in(host, mount.native() + std::string{parent}, wanted)) {
        // BuildKit's steps have ids of another shape than containers.
        const bool is_build =
            parent == build_parent || (parent == systemd_parent && id_in_name(name).empty());
        found.push_back({cat(parent, "/", name), is_build});
    }
}

std::vector<GroupAt> groups_of_docker(const Host& host, const Path& mount,
                                      const std::vector<std::string>& other_parents)
{
    std::vector<GroupAt> found;
    for (const auto parent : {std::string_view{"/docker"}, build_parent, systemd_parent})
        add_groups(host, mount, parent, found);
    for (const auto& parent : other_parents)
        add_groups(host, mount, parent, found);
    return found;
}

static int first_number(std::string_view text)
{
    const auto number = to_number(text.substr(0, text.find('\n')));
    return number && *number > 0 && *number <= INT32_MAX ? static_cast<int>(*number) : 0;
}

int first_process_in(const Host& host, const Path& group)
{
    const auto processes = host.read(group / "cgroup.procs");
    if (!processes)
        return 0;
    if (const auto first = first_number(*processes); first != 0)
        return first;
    // In version 2 processes are in the leaves: an engine in a container moves them there.
    constexpr std::size_t most_children = 16;
    const auto children = directories_in(host, group, any);
    for (std::size_t at = 0; at < std::min(children.size(), most_children); ++at)
        if (const auto below = host.read(group / children[at] / "cgroup.procs"))
            if (const auto first = first_number(*below); first != 0)
                return first;
    return 0;
}

std::vector<int> processes_in(const Host& host, const Path& group, std::size_t most)
{
    std::vector<int> processes;
    const auto listed = host.read(group / "cgroup.procs");
    if (!listed)
        return processes;
    for (const auto line : lines(*listed))
        if (const auto process = first_number(line); process != 0 && processes.size() < most)
            processes.push_back(process);
    return processes;
}

Result<std::chrono::nanoseconds> start_of(const Host& host, int process, const Path& group)
{
    const auto directory = cat("/proc/", std::to_string(process));
    const auto stat = TRY(host.read(cat(directory, "/stat")));
    const auto start = TRY(parse_start(stat));
    // Its number may have gone to another process meanwhile.
    const auto groups = TRY(host.read(cat(directory, "/cgroup")));
    if (groups.find(group.filename().native()) == std::string::npos)
        return Error{ErrorKind::NotFound, "the process is in another control group", {}};
    return start;
}

}
