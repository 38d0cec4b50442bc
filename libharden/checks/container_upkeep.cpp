#include "checks/container_judge.h"
#include "checks/docker_facts.h"
#include "ssh/login_session.h"

#include <algorithm>
#include <fnmatch.h>
#include <set>

namespace harden {

using enum Severity;
using std::chrono::system_clock;

static Result<Outcome> restart_storm(const Facts& facts)
{
    const auto rules = TRY(facts.once(verify_rules)).containers;
    const auto now = system_clock::to_time_t(TRY(facts.host().now()).wall);
    return judge_each(
        facts, [&](const RunningContainer& container, const auto&) -> Result<std::string> {
            constexpr std::int64_t hour = 3600;
            const auto restarts = container.details.settings.restarts;
            const auto hours =
                std::max<std::int64_t>(1, (now - container.details.container.created) / hour);
            if (restarts <= rules.restarts || restarts <= rules.restarts_per_hour * hours)
                return std::string{};
            return cat(std::to_string(restarts), " restarts in ", std::to_string(hours),
                       hours == 1 ? " hour" : " hours");
        });
}

static Result<std::string> unkillable(const RunningContainer& container)
{
    if (container.details.settings.evades_oom_killer)
        return std::string{"the out-of-memory killer is off"};
    if (!container.process)
        return container.process.error();
    const auto score = container.process->oom_score;
    return score < 0 ? cat("score ", std::to_string(score)) : std::string{};
}

// "nginx" and "nginx:latest" are whatever is newest on the day of a pull.
static bool is_moving(std::string_view image)
{
    if (image.starts_with("sha256:") || image.find('@') != std::string_view::npos)
        return false;
    const auto name = image.substr(image.rfind('/') + 1);
    const auto colon = name.find(':');
    return colon == std::string_view::npos || name.substr(colon + 1) == "latest";
}

static Result<Outcome> image_pinned(const Facts& facts)
{
    const auto most = TRY(facts.once(verify_rules)).containers.image_age;
    const auto images = TRY(facts.once(docker_images));
    const auto now = TRY(facts.host().now()).wall;
    return judge_each(
        facts, [&](const RunningContainer& container, const auto&) -> Result<std::string> {
            const auto& made_from = container.details.container;
            if (is_moving(made_from.image))
                return cat(escaped(made_from.image, 60), " is whatever was newest");
            const auto image = std::ranges::find(images, made_from.image_id, &ImageSummary::id);
            if (image == images.end())
                return std::string{"its image is gone, and with it its age"};
            const auto age = std::chrono::floor<std::chrono::days>(
                now - system_clock::from_time_t(image->created));
            return age > most ? cat(escaped(made_from.image, 60), " is ",
                                    std::to_string(age.count()), " days old")
                              : std::string{};
        });
}

static Result<Outcome> secrets(const Facts& facts)
{
    const auto patterns = TRY(facts.once(verify_rules)).containers.secret_names;
    const auto is_secret = [&](const std::string& name) {
        return std::ranges::any_of(patterns, [&](const std::string& pattern) {
            return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
        });
    };
    auto outcome = TRY(judge_each(
        facts, [&](const RunningContainer& container, const auto&) -> Result<std::string> {
            std::vector<std::string> found;
            for (const auto& name : container.details.settings.variables)
                if (is_secret(name))
                    found.push_back(escaped(name, 40));
            return some_of(found, ", ");
        }));
    if (outcome.verdict == Verdict::Fail)
        outcome.verdict = Verdict::Info; // an application may have no other way
    return outcome;
}

static bool is_container_id(std::string_view text)
{
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The container that a shim of Docker's or a sandbox's process belongs to; empty for any other.
static std::string served_by(const Host& host, const Path& process)
{
    const auto command = host.read(process / "cmdline");
    const auto words = command ? split(*command, '\0') : std::vector<std::string_view>{};
    if (words.empty())
        return {};
    const auto name = Path{words.front()}.filename().native();
    const bool is_shim = name.starts_with("containerd-shim");
    if (!is_shim && name != "runsc-sandbox" && name != "runsc-gofer")
        return {};
    if (is_shim && std::ranges::find(words, "moby") == words.end())
        return {}; // another engine's
    const auto id = std::find_if(words.rbegin(), words.rend(), is_container_id);
    return id == words.rend() ? std::string{} : std::string{*id};
}

// A tenant can call its process anything, but not leave its container's control group.
static bool is_in_container(const Host& host, const Path& process,
                            const std::set<std::string>& running)
{
    const auto groups = host.read(process / "cgroup");
    return groups && std::ranges::any_of(running, [&](const std::string& id) {
               return groups->find(id) != std::string::npos;
           });
}

static bool is_older_than_a_minute(const Host& host, const std::string& process)
{
    const auto row = process_of(host, process);
    const auto clock = host.now();
    return row && clock && clock->since_boot - row->started > std::chrono::minutes{1};
}

static Result<bool> still_runs(const Facts& facts, const std::string& id)
{
    const auto details = facts.docker().inspect(id);
    if (details.is_absent())
        return false;
    if (!details)
        return details.error();
    return details->pid > 0;
}

static Result<Outcome> orphaned_shims(const Facts& facts)
{
    const auto& host = facts.host();
    std::set<std::string> running;
    for (const auto& container : TRY(facts.once(listed_containers)))
        running.insert(container.id);
    std::vector<std::string> orphans;
    for (const auto& name : TRY(host.list("/proc"))) {
        const auto process = Path{"/proc"} / name;
        const auto id = to_number(name) ? served_by(host, process) : std::string{};
        if (id.empty() || running.contains(id) || is_in_container(host, process, running) ||
            !is_older_than_a_minute(host, name) || TRY(still_runs(facts, id)))
            continue;
        orphans.push_back(cat("process ", name, " of ", id.substr(0, 12)));
    }
    return orphans.empty() ? pass("each has its container") : fail(some_of(orphans, ", "));
}

std::vector<Check> container_upkeep_checks()
{
    auto pinned = container_check(
        "container.image-pinned", "Images are pinned and recent", Medium,
        "docker pull NAME@sha256:..., and run the container by that name",
        {"CIS-Docker-5.28", "CIS-Docker-4.4"},
        "A tag that moves brings in whatever its owner pushes, and an old image its old flaws. "
        "Asked of Docker.",
        image_pinned);
    pinned.profile = Profile::Strict;
    return {
        container_check("container.restart-storm", "No container restarts without end", Medium,
                        "docker run --restart=on-failure:5 ...", {"CIS-Docker-5.15"},
                        "A container that dies and is started without end eats the node. Asked of "
                        "Docker's count, against the age of the container.",
                        restart_storm),
        container_check("container.oom-score", "No container evades the out-of-memory killer", Low,
                        "docker run without --oom-score-adj and --oom-kill-disable", {},
                        "When memory runs out, the node's own services die first. Asked of "
                        "/proc/PID/oom_score_adj.",
                        each_container(unkillable)),
        std::move(pinned),
        container_check("container.secrets-in-environment",
                        "No container's environment names secrets", Info, "mount secrets as files",
                        {"CIS-Docker-4.10"},
                        "Whoever may inspect a container reads its environment. Names are looked "
                        "at, values never; told, not judged.",
                        secrets),
        container_check("container.orphaned-shims",
                        "No shim or sandbox is left without its container", Medium,
                        "kill the process", {},
                        "What Docker lost sight of runs on without limits or logs. Asked of the "
                        "processes' command lines, against Docker's list.",
                        orphaned_shims),
    };
}

}
