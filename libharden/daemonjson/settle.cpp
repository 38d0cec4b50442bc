#include "daemonjson/settle.h"

#include "base/text.h"
#include "daemonjson/daemon.h"
#include "daemonjson/docker_journal.h"

#include <map>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto lock_file = "/run/harden-docker.lock";
static constexpr auto lock_limit = 180s;
static constexpr auto restart_limit = 120s;
static constexpr auto reload_limit = 10s;
static constexpr auto answer_limit = 20s;
static const Command reload = {"systemctl", "reload", "docker"};
static const Command restart = {"systemctl", "restart", "docker"};
static const Command reset_failed = {"systemctl", "reset-failed", "docker"};

namespace {

// What has to be there afterwards as well.
struct Running {
    std::map<std::string, int> processes; // container id to process of its first one
    std::vector<ProxyPort> proxies;
};

// daemon.json while it is being rewritten for a moment.
struct File {
    Path path;
    bool exists = false;
    std::string text;
};

}

template<class Holds>
static bool eventually(const Host& host, std::chrono::milliseconds limit, Holds holds)
{
    constexpr auto step = 100ms;
    for (auto waited = 0ms; waited <= limit; waited += step) {
        if (holds())
            return true;
        (void)static_cast<bool>(host.query({"sleep", "0.1"}));
    }
    return false;
}

static Result<File> read_file(const Host& host)
{
    File file{.path = daemon_file(host)};
    auto text = host.read(file.path);
    if (!text && !text.is_absent())
        return text.error();
    file.exists = static_cast<bool>(text);
    file.text = file.exists ? *std::move(text) : "{}\n";
    return file;
}

// The file as it was found, unless somebody else has written it since we did.
static Result<> put_back(Host& host, const File& file, const std::string& ours)
{
    const auto present = host.read(file.path);
    if (!present || *present != ours)
        return done;
    return file.exists ? host.write(file.path, file.text) : host.remove(file.path);
}

static std::string with(const std::string& text, const std::string& members)
{
    return merged(text, *json_document(cat("{", members, "}")).root);
}

static std::vector<KeyChange> reloadable_drift(const std::string& text, const DockerInfo& running)
{
    auto changes = drift(*json_document(text).root, running);
    std::erase_if(changes, [](const KeyChange& change) {
        const auto& key = change.path.front();
        return key != "live-restore" && key != "runtimes" && key != "default-runtime";
    });
    return changes;
}

// A SIGHUP is answered by nobody: whether it was taken shows in what the daemon says of itself.
static Result<> reload_as(Node& node, const File& file, const std::string& text)
{
    if (text != file.text)
        TRY(node.host().write(file.path, text));
    TRY(succeeded(node.host().run(reload), reload));
    std::vector<KeyChange> left;
    const bool is_taken = eventually(node.host(), reload_limit, [&] {
        const auto info = node.docker().info();
        if (!info)
            return false;
        left = reloadable_drift(text, *info);
        return left.empty();
    });
    if (text != file.text)
        TRY(put_back(node.host(), file, text));
    if (is_taken)
        return done;
    const auto what = left.empty() ? std::string{"it does not answer"}
                                   : cat(to_text(left.front().path), " stays as it was");
    return Error{ErrorKind::Failed,
                 cat("dockerd did not take the reload: ", what, said_by_docker(node.host())),
                 "journalctl -u docker"};
}

// What a key that left the file has to say once, so that the daemon lets go of it.
static std::string farewell(const JsonValue& root, const DockerInfo& running)
{
    std::vector<std::string> members;
    if (root.find("live-restore") == nullptr && running.live_restore)
        members.emplace_back(R"("live-restore": false)");
    const bool is_default = running.default_runtime.empty() || running.default_runtime == "runc";
    if (root.find("default-runtime") == nullptr && !is_default)
        members.emplace_back(R"("default-runtime": "runc")");
    if (root.find("runtimes") == nullptr)
        members.emplace_back(R"("runtimes": {})");
    return join(members, ", ");
}

static Result<DockerInfo> answering(const Node& node)
{
    auto info = node.docker().info();
    eventually(node.host(), answer_limit, [&] {
        if (!info)
            info = node.docker().info();
        return static_cast<bool>(info);
    });
    return info;
}

static Result<> reload_to(Node& node, const File& file)
{
    const auto info = TRY(answering(node));
    const auto root = json_document(file.text).root;
    return reload_as(node, file, with(file.text, farewell(*root, info)));
}

static Result<Running> running(const Node& node, const Accepts& accepts)
{
    Running running;
    for (const auto& container : TRY(node.docker().containers()))
        running.processes[container.id] = TRY(node.docker().inspect(container.id)).pid;
    running.proxies = TRY(answering_proxies(node, accepts));
    return running;
}

static Result<> still_running(const Node& node, const Running& before, const Accepts& accepts)
{
    std::vector<std::string> lost;
    for (const auto& [id, pid] : before.processes) {
        const auto details = node.docker().inspect(id);
        if (!details || details->pid != pid)
            lost.push_back(id.substr(0, 12));
    }
    if (lost.empty())
        return still_answer(node.host(), before.proxies, accepts);
    return Error{ErrorKind::Failed,
                 cat("containers that ran before no longer run: ", join(lost, ", ")),
                 "docker ps --all"};
}

static Result<> restart_daemon(Node& node)
{
    (void)static_cast<bool>(node.host().run(reset_failed));
    const auto restarted =
        succeeded(node.host().run(restart, {}, {.timeout = restart_limit}), restart);
    if (restarted)
        return TRY(answering(node)), done;
    return Error{restarted.error().kind, cat("dockerd does not start", said_by_docker(node.host())),
                 "journalctl -u docker"};
}

// What the file says while the daemon restarts: with it containers outlive that. It stands there
// before anything is asked of a daemon that may be down, since a question can start it.
static Result<File> keeping_containers(Node& node, const File& file)
{
    auto kept = file;
    kept.text = with(file.text, R"("live-restore": true)");
    if (kept.text != file.text)
        TRY(node.host().write(file.path, kept.text));
    const auto info = node.docker().info();
    if (!info || !info->swarm_active)
        return kept;
    // a swarm excludes live-restore: dockerd would not start
    TRY(put_back(node.host(), file, kept.text));
    return file;
}

static Result<> restart_as(Node& node, const File& kept, const Accepts& accepts)
{
    const auto info = node.docker().info();
    if (info && !info->live_restore && !info->swarm_active)
        TRY(reload_as(node, kept, kept.text));
    // a daemon that is down tells nothing of its containers
    const auto found = running(node, accepts);
    const auto before = found ? *found : Running{};
    TRY(restart_daemon(node));
    return still_running(node, before, accepts);
}

static Result<> restart_to(Node& node, const File& file, const Accepts& accepts)
{
    const auto kept = TRY(keeping_containers(node, file));
    const auto restarted = restart_as(node, kept, accepts);
    if (kept.text == file.text)
        return restarted;
    TRY(put_back(node.host(), file, kept.text));
    TRY(Result<>{restarted});
    return reload_to(node, file);
}

Result<> settle(Node& node, const std::vector<std::string>& restart_for, const Accepts& accepts)
{
    // its parent may have been killed and the next run be on its way
    const auto held = TRY(node.host().lock(lock_file, "daemonjson settle", lock_limit));
    const auto file = TRY(read_file(node.host()).during("read daemon.json"));
    const auto parsed = json_document(file.text);
    if (!parsed.root || parsed.root->type != JsonType::Object)
        return Error{ErrorKind::Malformed, cat(file.path.native(), " is no JSON object"),
                     "harden daemonjson validate"};
    if (!restart_for.empty())
        return restart_to(node, file, accepts);
    const auto before = TRY(running(node, accepts));
    TRY(reload_to(node, file));
    return still_running(node, before, accepts);
}

Command settle_command(const Host& host, const std::vector<std::string>& restart_for)
{
    const auto self = host.status("/proc/self/exe");
    const auto name = self ? self->target.filename() : Path{};
    const bool is_able = name == "daemonjson" || name == "gvisor-install";
    Command command{is_able ? self->target.native() : "/usr/libexec/harden/daemonjson", "settle"};
    for (const auto& key : restart_for)
        command.push_back(cat("--restart-for=", key));
    return command;
}

}
