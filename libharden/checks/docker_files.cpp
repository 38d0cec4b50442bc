#include "checks/container_mounts.h"
#include "checks/daemon_settings.h"
#include "checks/docker_check.h"
#include "checks/docker_facts.h"
#include "checks/docker_sockets.h"
#include "checks/verify_rules.h"

#include <algorithm>

namespace harden {

using enum Severity;

static constexpr auto socket_file = "/run/docker.sock";

static Result<std::string> group_name(const Host& host, unsigned id)
{
    const auto groups = TRY(host.read("/etc/group"));
    for (const auto line : lines(groups)) {
        const auto fields = split(line, ':');
        if (fields.size() >= 3 && to_number(fields[2]) == static_cast<long long>(id))
            return std::string{fields[0]};
    }
    return cat("group ", std::to_string(id));
}

static std::string octal(unsigned mode)
{
    std::string digits;
    for (int shift = 9; shift >= 0; shift -= 3)
        digits += static_cast<char>('0' + ((mode >> static_cast<unsigned>(shift)) & 7U));
    return digits;
}

// Those that take requests: what Docker keeps for itself below /run/docker is closed by directory.
static std::vector<std::string> api_sockets(const Facts& facts)
{
    std::vector<std::string> sockets{socket_file};
    const auto pid = facts.once(daemon_pid);
    const auto paths =
        pid ? listening_paths(facts.host(), *pid) : Result<std::vector<std::string>>{pid.error()};
    if (paths)
        for (const auto& path : *paths) {
            const auto place = resolved(facts.host(), path);
            if (!place.starts_with("/run/docker/") &&
                std::ranges::find(sockets, place) == sockets.end())
                sockets.push_back(place);
        }
    return sockets;
}

// "srw-rw----+": the group's bits are then the mask of a list that names others.
static Result<bool> has_access_list(const Host& host, const std::string& file)
{
    const auto shown = TRY(succeeded(host.query({"ls", "-ld", file}), {"ls", "-ld", file}));
    return shown.out.substr(0, shown.out.find(' ')).ends_with('+');
}

struct Guarded {
    bool well = false;
    std::string evidence;
};

static Result<Guarded> guarded(const Host& host, const std::string& socket, const FileStatus& found)
{
    const auto owners = TRY(group_name(host, found.group));
    const bool listed = TRY(has_access_list(host, socket));
    const bool well = found.owner == 0 && (found.mode & 07U) == 0 && !listed &&
                      (owners == "docker" || owners == "root" || (found.mode & 070U) == 0);
    return Guarded{well, cat(escaped(socket, 120), " ", octal(found.mode), " ",
                             found.owner == 0 ? "root" : std::to_string(found.owner), ":",
                             escaped(owners), listed ? ", with an access list" : "")};
}

static Result<Outcome> socket_mode(const Facts& facts)
{
    std::vector<std::string> evidence;
    bool well = true;
    for (const auto& socket : api_sockets(facts)) {
        const auto status = facts.host().status(socket);
        if (status.is_absent())
            continue;
        const auto one = TRY(guarded(facts.host(), socket, TRY(status)));
        well = well && one.well;
        evidence.push_back(one.evidence);
    }
    if (evidence.empty())
        return not_applicable(cat("there is no ", socket_file));
    return well ? pass(join(evidence, "; ")) : fail(join(evidence, "; "));
}

// As the name service tells: those listed with the group, and those whose first group it is.
static Result<std::vector<std::string>> members_of(const Host& host, unsigned id)
{
    const auto number = std::to_string(id);
    std::vector<std::string> members;
    const auto row = TRY(succeeded(host.query({"getent", "group", number}), {"getent", "group"}));
    const auto fields = split(trim(row.out), ':');
    if (fields.size() > 3)
        for (const auto name : split(fields[3], ','))
            if (!name.empty())
                members.emplace_back(name);
    const auto users = TRY(succeeded(host.query({"getent", "passwd"}), {"getent", "passwd"}));
    for (const auto line : lines(users.out)) {
        const auto user = split(line, ':');
        if (user.size() > 3 && user[3] == number &&
            std::ranges::find(members, user[0]) == members.end())
            members.emplace_back(user[0]);
    }
    return members;
}

static Result<Outcome> group_members(const Facts& facts)
{
    const auto status = facts.host().status(socket_file);
    if (status.is_absent())
        return not_applicable(cat("there is no ", socket_file));
    const auto group = TRY(status).group;
    if (group == 0)
        return not_applicable("the socket is root's alone");
    const auto allowed = TRY(facts.once(verify_rules)).docker.group_members;
    std::vector<std::string> others;
    for (const auto& member : TRY(members_of(facts.host(), group)))
        if (std::ranges::find(allowed, member) == allowed.end())
            others.push_back(escaped(member, 40));
    if (others.empty())
        return pass("nobody but those of the rules");
    return fail(cat(join(others, ", "), others.size() == 1 ? " is" : " are", " as good as root"));
}

// The first part of the way to a file that somebody other than root may write.
static Result<std::string> loose_part(const Host& host, const std::string& file)
{
    Path part{"/"};
    for (const auto& name : Path{resolved(host, file)}.relative_path()) {
        part /= name;
        const auto status = host.status(part);
        if (status.is_absent())
            return std::string{};
        const auto found = TRY(status);
        if (found.owner != 0 || (found.mode & 022U) != 0)
            return cat(escaped(part.native(), 120), " is ", octal(found.mode), " of user ",
                       std::to_string(found.owner));
    }
    return std::string{};
}

struct UnitFacts {
    std::vector<std::string> files;
    std::string environment;
};

static Result<UnitFacts> unit_facts(const Facts& facts)
{
    const Command ask{"systemctl", "show", "docker.service",
                      "--property=FragmentPath,DropInPaths,Environment,EnvironmentFiles"};
    const auto shown = TRY(succeeded(facts.host().query(ask), ask));
    UnitFacts unit;
    for (const auto line : lines(shown.out)) {
        const auto value = line.substr(std::min(line.size(), line.find('=') + 1));
        if (line.starts_with("Environment="))
            unit.environment = value;
        else
            for (const auto word : split(value, ' '))
                if (word.starts_with('/'))
                    unit.files.emplace_back(word);
    }
    return unit;
}

static Result<Outcome> unit_overrides(const Facts& facts)
{
    auto unit = TRY(facts.once(unit_facts));
    const auto file = TRY(facts.once(daemon_file)).daemon.file.native();
    for (const auto& also : {file, std::string{"/etc/docker"}})
        unit.files.push_back(also);
    for (const auto& one : unit.files)
        if (const auto loose = TRY(loose_part(facts.host(), one)); !loose.empty())
            return fail(loose);
    for (const auto word : split(unit.environment, ' '))
        if (word.find("DOCKER_INSECURE_") != std::string_view::npos ||
            word.find("DOCKER_ALLOW_SCHEMA1") != std::string_view::npos)
            return fail(cat("the unit sets ", escaped(word, 80)));
    return pass(cat(std::to_string(unit.files.size()), " files are root's alone"));
}

static Result<int> containerd_pid(const Host& host)
{
    for (const auto& name : TRY(host.list("/proc"))) {
        const auto command =
            to_number(name) ? host.read(Path{"/proc"} / name / "comm") : host.read("/proc/none");
        if (command && trim(*command) == "containerd")
            return static_cast<int>(*to_number(name));
    }
    return Error{ErrorKind::NotFound, "no containerd runs", {}};
}

static Result<Outcome> containerd_socket(const Facts& facts)
{
    const auto& host = facts.host();
    std::vector<std::string> seen;
    for (const auto* socket :
         {"/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock"}) {
        const auto status = host.status(socket);
        if (status.is_absent())
            continue;
        const auto found = TRY(status);
        seen.push_back(cat(socket, " ", octal(found.mode)));
        if (found.owner != 0 || (found.mode & 07U) != 0 ||
            (found.group != 0 && (found.mode & 070U) != 0))
            return fail(cat(seen.back(), " of user ", std::to_string(found.owner), " and group ",
                            std::to_string(found.group)));
    }
    if (seen.empty())
        return not_applicable("containerd has no socket here");
    const auto pid = containerd_pid(host);
    if (pid)
        for (const auto& address : TRY(listening_addresses(host, *pid)))
            if (!is_own_address(address))
                return fail(cat("containerd listens on ", address));
    return pass(join(seen, ", "));
}

// "https://user:secret@host/": the part before the at sign.
static bool has_credentials(std::string_view url)
{
    const auto scheme = url.find("://");
    const auto host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
    return host.substr(0, host.find('/')).find('@') != std::string_view::npos;
}

static void look_in(const JsonValue& value, const std::string& name,
                    std::vector<std::string>& found)
{
    if (value.type == JsonType::Text && has_credentials(value.text))
        found.push_back(name);
    for (const auto& element : value.elements)
        look_in(element, name, found);
    for (const auto& member : value.members)
        look_in(member.value, cat(name, ".", member.key), found);
}

static Result<Outcome> credentials_in_urls(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto file = TRY(facts.once(daemon_file));
    std::vector<std::string> found;
    for (const auto& url : info.mirrors)
        if (has_credentials(url))
            found.emplace_back("a mirror");
    for (const auto& url : info.proxies) // Docker masks what stands before the at sign
        if (has_credentials(url))
            found.emplace_back("a proxy");
    for (const auto* key : {"registry-mirrors", "proxies", "http-proxy", "https-proxy"})
        if (const auto* value = file.judged.root ? file.judged.root->find(key) : nullptr)
            look_in(*value, key, found);
    if (found.empty())
        return pass("none");
    return fail(cat("credentials in ", escaped(join(found, ", "), 160)));
}

std::vector<Check> docker_file_checks()
{
    auto members = docker_check(
        "docker.group-members", "Only listed users are in Docker's group", High,
        "gpasswd --delete USER docker, or add USER to docker.group_members in "
        "/etc/harden/verify.toml",
        {"CIS-Docker-1.1.2"},
        "Who may ask Docker for a container is root. Asked of the name service, for the group that "
        "owns the socket.",
        group_members);
    return {
        docker_check("docker.socket-mode", "Docker's socket is open to root and its group only",
                     Critical, "chown root:docker /run/docker.sock; chmod 0660 /run/docker.sock",
                     {"CIS-Docker-3.15", "CIS-Docker-3.16"},
                     "Who may write to the socket is root. Asked of every socket that dockerd "
                     "listens on, with its access list.",
                     socket_mode),
        std::move(members),
        docker_check("docker.unit-overrides",
                     "Docker's unit and its files are not overridden dangerously", High,
                     "chown root:root FILE; chmod go-w FILE; remove the variable from the drop-in",
                     {"CIS-Docker-3.1", "CIS-Docker-3.2", "CIS-Docker-3.5", "CIS-Docker-3.6",
                      "CIS-Docker-3.17", "CIS-Docker-3.18"},
                     "Who may write what dockerd starts with is root at its next start. Asked of "
                     "systemd, and of each file and the directories above it.",
                     unit_overrides),
        docker_check("docker.containerd-socket", "containerd's socket is open to root only", Medium,
                     "chmod 0660 /run/containerd/containerd.sock; chown root:root it",
                     {"CIS-Docker-3.23", "CIS-Docker-3.24"},
                     "containerd starts containers past every rule of Docker's. Asked of its "
                     "sockets, and of the ports that it listens on.",
                     containerd_socket),
        docker_check("docker.credentials-in-urls",
                     "Mirror and proxy addresses carry no credentials", Medium,
                     "docker login, and addresses without user and password", {},
                     "Everybody who may ask Docker for its settings reads them. Asked of the "
                     "daemon and of its file.",
                     credentials_in_urls),
    };
}

}
