#include "system/docker_socket.h"

#include "base/json_view.h"
#include "node/docker_endpoint.h"
#include "node/docker_json.h"
#include "system/docker_http.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <unistd.h>

namespace harden {

using std::chrono::milliseconds;

// A daemon that cannot even do this hangs.
static constexpr milliseconds longest_ping{5'000};

static bool is_good(const HttpReply& reply)
{
    return reply.status >= 200 && reply.status < 300;
}

// The daemon refused: what it says, and NotFound where it knows no such thing.
static Error refusal(const HttpReply& reply)
{
    return {reply.status == 404 ? ErrorKind::NotFound : ErrorKind::Failed,
            cat("docker says: ", complaint_of(reply.body)),
            {}};
}

// An error of the connection, in the words of somebody who wants Docker.
static Error connection_error(Error error, const Path& socket)
{
    switch (error.kind) {
    case ErrorKind::NotFound:
        return {error.kind, cat("docker does not answer at ", socket.native(), ": ", error.message),
                "systemctl start docker"};
    case ErrorKind::Denied:
        return {error.kind, cat("no right to ask docker at ", socket.native()), "run as root"};
    case ErrorKind::TimedOut:
        return {error.kind, cat("docker does not answer in time at ", socket.native()),
                "systemctl status docker"};
    default:
        error.message = cat("ask docker: ", error.message);
        return error;
    }
}

static std::string next_canary_name()
{
    static std::atomic<unsigned> count{0};
    return cat("harden-canary-", std::to_string(getpid()), "-", std::to_string(++count));
}

class DockerSocket final : public Docker {
public:
    DockerSocket(std::string docker_host, milliseconds patience)
        : docker_host_{std::move(docker_host)}
        , patience_{patience}
    {
    }

    Result<DockerInfo> info() const override
    {
        const auto info = TRY(get("/info"));
        const auto version = TRY(get("/version"));
        return parse_docker_info(info, version);
    }

    Result<DockerInfo> ping() const override;

    Result<std::vector<Container>> containers() const override
    {
        const auto reply = TRY(get("/containers/json"));
        return parse_containers(reply);
    }

    Result<ContainerDetails> inspect(std::string_view id) const override
    {
        const auto reply = TRY(get(cat("/containers/", in_target(id), "/json")));
        return parse_container_details(reply);
    }

    Result<std::vector<DockerNetwork>> networks() const override
    {
        const auto reply = TRY(get("/networks"));
        return parse_networks(reply);
    }

    Result<std::vector<ImageSummary>> images() const override
    {
        const auto reply = TRY(get("/images/json"));
        return parse_images(reply);
    }

    Result<ImageDetails> image(std::string_view name) const override
    {
        const auto details = TRY(get(cat("/images/", in_target(name), "/json")));
        const auto history = TRY(get(cat("/images/", in_target(name), "/history")));
        return parse_image_details(details, history);
    }

    Result<> import_image(std::string_view name, std::string_view tar) override;
    Result<> remove_image(std::string_view name) override;
    Result<> create_network(std::string_view name) override;
    Result<> remove_network(std::string_view name) override;
    Result<RunOutcome> run_once(const RunOnce& wanted) override;

private:
    Result<std::string> api_version() const;
    Result<HttpReply> exchange(const HttpRequest& request, const HttpLimits& limits) const;
    Result<HttpReply> ask(HttpRequest request, const HttpLimits& limits = {}) const;
    Result<std::string> answer(HttpRequest request, const HttpLimits& limits = {}) const;
    Result<std::string> get(std::string_view path) const;
    Result<RunOutcome> run_created(const RunOnce& wanted, std::string_view container);
    Result<> remove_container(std::string_view container);
    Result<> remove_containers_of(std::string_view image);

    HttpLimits ping_limits() const { return {.timeout = std::min(longest_ping, patience_)}; }

    std::string docker_host_;
    milliseconds patience_;
    mutable std::mutex negotiating_;
    mutable std::string api_version_; // as negotiated with the first question
};

Result<Path> docker_socket_file(const std::string& docker_host)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours writes the environment.
    const auto* from_environment = std::getenv("DOCKER_HOST");
    if (docker_host.empty() && from_environment != nullptr)
        return docker_socket_path(from_environment);
    return docker_socket_path(docker_host);
}

Result<HttpReply> DockerSocket::exchange(const HttpRequest& request, const HttpLimits& limits) const
{
    const auto path = TRY(docker_socket_file(docker_host_));
    auto reply = http_over_socket(path, request, limits);
    if (!reply)
        return connection_error(reply.error(), path);
    return reply;
}

Result<std::string> DockerSocket::api_version() const
{
    const std::lock_guard held{negotiating_};
    if (api_version_.empty()) {
        const auto reply = TRY(exchange({.method = "GET", .target = "/_ping"}, ping_limits()));
        if (!is_good(reply))
            return refusal(reply);
        const auto offered = reply.headers.find("api-version");
        api_version_ =
            TRY(negotiated_api_version(offered == reply.headers.end() ? "" : offered->second));
    }
    return api_version_;
}

// "Server: Docker/26.1.5 (linux)" and "Swarm: inactive". Before 23.0 there is no second one, and
// info() has to tell.
Result<DockerInfo> DockerSocket::ping() const
{
    constexpr std::string_view product = "Docker/";
    const auto reply = TRY(exchange({.method = "GET", .target = "/_ping"}, ping_limits()));
    const auto header = [&](std::string_view name) {
        const auto found = reply.headers.find(name);
        return found == reply.headers.end() ? std::string_view{} : found->second;
    };
    const auto server = header("server");
    const auto swarm = header("swarm");
    if (!is_good(reply) || !server.starts_with(product) || swarm.empty())
        return info();
    const auto version = server.substr(product.size());
    return DockerInfo{.version = std::string{version.substr(0, version.find(' '))},
                      .api_version = std::string{header("api-version")},
                      .swarm_active = swarm.starts_with("active")};
}

Result<HttpReply> DockerSocket::ask(HttpRequest request, const HttpLimits& limits) const
{
    const auto version = TRY(api_version());
    request.target = cat("/v", version, request.target);
    return exchange(request, limits);
}

Result<std::string> DockerSocket::answer(HttpRequest request, const HttpLimits& limits) const
{
    auto reply = TRY(ask(std::move(request), limits));
    if (!is_good(reply))
        return refusal(reply);
    return std::move(reply.body);
}

Result<std::string> DockerSocket::get(std::string_view path) const
{
    return answer({.method = "GET", .target = std::string{path}}, {.timeout = patience_});
}

Result<> DockerSocket::import_image(std::string_view name, std::string_view tar)
{
    const auto known =
        TRY(ask({.method = "GET", .target = cat("/images/", in_target(name), "/json")}));
    if (is_good(known))
        return done;
    const auto [repository, tag] = image_name_parts(name);
    const auto target =
        cat("/images/create?fromSrc=-&repo=", in_target(repository), "&tag=", in_target(tag));
    const auto progress = TRY(answer(
        {.method = "POST", .target = target, .content_type = "application/x-tar", .body = tar},
        {.timeout = milliseconds{120'000}}));
    return parse_import_progress(progress);
}

Result<> DockerSocket::remove_image(std::string_view name)
{
    constexpr int conflict = 409;
    const HttpRequest removal{.method = "DELETE", .target = cat("/images/", in_target(name))};
    auto reply = TRY(ask(removal));
    if (reply.status == conflict) {
        TRY(remove_containers_of(name));
        reply = TRY(ask(removal));
    }
    if (is_good(reply) || reply.status == 404)
        return done;
    return refusal(reply);
}

// The images that we remove are our own, and so are their containers: what a killed run left.
Result<> DockerSocket::remove_containers_of(std::string_view image)
{
    const auto filter = in_target(cat(R"({"ancestor":[")", image, R"("]})"));
    const auto listed = TRY(get(cat("/containers/json?all=1&filters=", filter)));
    for (const auto& container : TRY(parse_containers(listed)))
        TRY(remove_container(container.id));
    return done;
}

Result<> DockerSocket::create_network(std::string_view name)
{
    const auto body = cat(R"({"Name":)", json_quoted(name),
                          R"(,"Driver":"bridge","CheckDuplicate":true,)"
                          R"("Labels":{"harden.canary":"1"}})");
    TRY(answer({.method = "POST",
                .target = "/networks/create",
                .content_type = "application/json",
                .body = body}));
    return done;
}

Result<> DockerSocket::remove_network(std::string_view name)
{
    const auto reply = TRY(ask({.method = "DELETE", .target = cat("/networks/", in_target(name))}));
    if (is_good(reply) || reply.status == 404)
        return done;
    return refusal(reply);
}

Result<> DockerSocket::remove_container(std::string_view container)
{
    const auto reply = TRY(ask(
        {.method = "DELETE", .target = cat("/containers/", in_target(container), "?force=1&v=1")}));
    if (is_good(reply) || reply.status == 404)
        return done;
    return refusal(reply);
}

Result<RunOutcome> DockerSocket::run_created(const RunOnce& wanted, std::string_view container)
{
    constexpr HttpLimits log_limits{.body = std::size_t{1} << 20U, .overflow = Overflow::Cut};
    const auto path = cat("/containers/", in_target(container));
    TRY(answer({.method = "POST", .target = cat(path, "/start")}, {.timeout = wanted.timeout}));
    const auto ended =
        answer({.method = "POST", .target = cat(path, "/wait")}, {.timeout = wanted.timeout});
    if (!ended && ended.error().kind == ErrorKind::TimedOut)
        return Error{
            ErrorKind::TimedOut,
            cat("the container did not end within ", std::to_string(wanted.timeout.count()), " ms"),
            {}};
    const auto reply = TRY(std::move(ended));
    const auto status = TRY(parse_exit_status(reply));
    const auto log =
        TRY(answer({.method = "GET", .target = cat(path, "/logs?stdout=1&stderr=1")}, log_limits));
    return RunOutcome{.status = status, .out = demultiplexed(log, log_limits.body)};
}

Result<RunOutcome> DockerSocket::run_once(const RunOnce& wanted)
{
    // Named by us, so that it can be removed also where the daemon's reply got lost.
    const auto name = next_canary_name();
    const auto body = container_request(wanted);
    const auto created = answer({.method = "POST",
                                 .target = cat("/containers/create?name=", name),
                                 .content_type = "application/json",
                                 .body = body});
    auto outcome = created ? run_created(wanted, name) : Result<RunOutcome>{created.error()};
    auto removed = remove_container(name);
    if (outcome && !removed)
        return std::move(removed).during("remove the container").error();
    return outcome;
}

std::unique_ptr<Docker> docker_socket(std::string docker_host, milliseconds patience)
{
    return std::make_unique<DockerSocket>(std::move(docker_host), patience);
}

}
