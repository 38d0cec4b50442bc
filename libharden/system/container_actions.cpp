#include "system/container_actions.h"

#include "base/json_view.h"
#include "node/docker_endpoint.h"
#include "node/docker_json.h"
#include "system/docker_http.h"
#include "system/docker_socket.h"

#include <cmath>

namespace harden {

using std::chrono::milliseconds;

static constexpr milliseconds patience{10'000};
static constexpr int unchanged = 304;
static constexpr int absent = 404;
static constexpr int conflict = 409;

namespace {

class DockerActions final : public ContainerActions {
public:
    explicit DockerActions(std::string docker_host)
        : docker_host_{std::move(docker_host)}
    {
    }

    Result<Labels> image_labels(std::string_view image_id) override;
    Result<> pause(std::string_view id) override;
    Result<> unpause(std::string_view id) override;
    Result<> stop(std::string_view id, std::chrono::seconds grace) override;
    Result<> kill(std::string_view id) override;
    Result<> limit_processors(std::string_view id, double processors) override;

private:
    Result<> connect();
    Result<HttpReply> ask(std::string_view method, std::string_view target,
                          std::string_view body = {}, milliseconds longest = patience);
    Result<> change(std::string_view id, std::string_view what, milliseconds longest = patience);
    Result<std::string> state_of(std::string_view id);

    std::string docker_host_;
    Path socket_;
    std::string version_; // of the API, as negotiated with the first question
};

}

static bool is_good(const HttpReply& reply)
{
    return (reply.status >= 200 && reply.status < 300) || reply.status == unchanged;
}

static Error refusal(const HttpReply& reply)
{
    return {reply.status == absent ? ErrorKind::NotFound : ErrorKind::Failed,
            cat("docker says: ", complaint_of(reply.body)),
            {}};
}

Result<> DockerActions::connect()
{
    if (!version_.empty())
        return done;
    socket_ = TRY(docker_socket_file(docker_host_));
    const auto reply = TRY(http_over_socket(socket_, {.method = "GET", .target = "/_ping"},
                                            {.timeout = milliseconds{3'000}})
                               .during("ask docker"));
    const auto offered = reply.headers.find("api-version");
    version_ = TRY(negotiated_api_version(offered == reply.headers.end() ? "" : offered->second));
    return done;
}

Result<HttpReply> DockerActions::ask(std::string_view method, std::string_view target,
                                     std::string_view body, milliseconds longest)
{
    TRY(connect());
    return http_over_socket(socket_,
                            {.method = std::string{method},
                             .target = cat("/v", version_, target),
                             .content_type = body.empty() ? "" : "application/json",
                             .body = body},
                            {.timeout = longest})
        .during("ask docker");
}

static std::string path_of(std::string_view id)
{
    return cat("/containers/", in_target(id));
}

Result<> DockerActions::change(std::string_view id, std::string_view what, milliseconds longest)
{
    const auto reply = TRY(ask("POST", cat(path_of(id), what), {}, longest));
    return is_good(reply) ? Result<>{done} : refusal(reply);
}

Result<std::string> DockerActions::state_of(std::string_view id)
{
    const auto reply = TRY(ask("GET", cat(path_of(id), "/json")));
    if (!is_good(reply))
        return refusal(reply);
    const auto details = TRY(parse_json(reply.body).during("read docker's reply"));
    return details.within("State").text("Status");
}

Result<ContainerActions::Labels> DockerActions::image_labels(std::string_view image_id)
{
    const auto reply = TRY(ask("GET", cat("/images/", in_target(image_id), "/json")));
    if (!is_good(reply))
        return refusal(reply);
    const auto details = TRY(parse_json(reply.body).during("read docker's reply"));
    const auto labels = details.within("Config").text_map("Labels");
    if (!details.problem().empty())
        return Error{
            ErrorKind::Malformed, cat("docker's reply about an image: ", details.problem()), {}};
    return labels;
}

// What is as wanted already is done, whatever Docker says to a second time.
Result<> DockerActions::pause(std::string_view id)
{
    auto outcome = change(id, "/pause");
    if (outcome || outcome.is_absent())
        return outcome;
    const auto state = state_of(id);
    return state && *state == "paused" ? Result<>{done} : outcome;
}

Result<> DockerActions::unpause(std::string_view id)
{
    auto outcome = change(id, "/unpause");
    if (outcome || outcome.is_absent())
        return outcome;
    const auto state = state_of(id);
    return state && *state == "running" ? Result<>{done} : outcome;
}

Result<> DockerActions::stop(std::string_view id, std::chrono::seconds grace)
{
    return change(id, cat("/stop?t=", std::to_string(grace.count())), patience + grace);
}

Result<> DockerActions::kill(std::string_view id)
{
    const auto reply = TRY(ask("POST", cat(path_of(id), "/kill?signal=KILL")));
    if (is_good(reply))
        return done;
    const auto state = reply.status == conflict ? state_of(id) : Result<std::string>{""};
    return state && *state == "exited" ? Result<>{done} : refusal(reply);
}

// A container that has a quota in its older form refuses the newer one, and the other way round.
Result<> DockerActions::limit_processors(std::string_view id, double processors)
{
    constexpr double nano = 1e9;
    constexpr double period = 100'000; // microseconds
    const auto target = cat(path_of(id), "/update");
    const auto newer = cat(R"({"NanoCpus":)", std::to_string(std::llround(processors * nano)), "}");
    const auto older =
        cat(R"({"CpuPeriod":)", std::to_string(std::llround(period)), R"(,"CpuQuota":)",
            std::to_string(std::llround(processors * period)), "}");
    const auto reply = TRY(ask("POST", target, newer));
    if (is_good(reply))
        return done;
    const auto again = TRY(ask("POST", target, older));
    return is_good(again) ? Result<>{done} : refusal(reply);
}

std::unique_ptr<ContainerActions> docker_actions(std::string docker_host)
{
    return std::make_unique<DockerActions>(std::move(docker_host));
}

}
