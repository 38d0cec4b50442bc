#include "system/canary_engine.h"

#include "base/json_view.h"
#include "node/docker_endpoint.h"
#include "node/docker_json.h"
#include "system/docker_http.h"
#include "system/docker_socket.h"

namespace harden {

using std::chrono::milliseconds;

static constexpr auto image = "harden-verify-canary:latest";
static constexpr auto label = "verify";
static constexpr std::size_t longest_answer = std::size_t{256} << 10U; // bytes, of a log
static constexpr int absent = 404;
static constexpr int unchanged = 304;

struct CanaryEngine::Reply {
    int status = 0;
    std::string body;
    bool is_good() const { return status >= 200 && status < 300; }
};

static Error refusal(std::string_view body)
{
    return {ErrorKind::Failed, cat("docker says: ", complaint_of(body)), {}};
}

static std::string path_of(std::string_view container)
{
    return cat("/containers/", in_target(container));
}

Result<CanaryEngine> CanaryEngine::connect()
{
    auto socket = TRY(docker_socket_file({}));
    const auto reply = TRY(http_over_socket(socket, {.method = "GET", .target = "/_ping"},
                                            {.timeout = milliseconds{3'000}})
                               .during("ask docker"));
    const auto offered = reply.headers.find("api-version");
    auto version =
        TRY(negotiated_api_version(offered == reply.headers.end() ? "" : offered->second));
    return CanaryEngine{std::move(socket), std::move(version)};
}

Result<CanaryEngine::Reply> CanaryEngine::ask(std::string_view method, std::string_view target,
                                              std::string_view body, milliseconds patience) const
{
    const bool is_archive = target.starts_with("/images/create");
    auto reply = TRY(http_over_socket(
        socket_,
        {.method = std::string{method},
         .target = cat("/v", version_, target),
         .content_type =
             body.empty() ? "" : std::string{is_archive ? "application/x-tar" : "application/json"},
         .body = body},
        {.timeout = patience, .body = longest_answer, .overflow = Overflow::Cut}));
    return Reply{reply.status, std::move(reply.body)};
}

Result<std::string> CanaryEngine::answer(std::string_view method, std::string_view target,
                                         std::string_view body, milliseconds patience) const
{
    auto reply = TRY(ask(method, target, body, patience));
    if (!reply.is_good() && reply.status != unchanged)
        return refusal(reply.body);
    return std::move(reply.body);
}

Result<> CanaryEngine::import_image(std::string_view tar) const
{
    const auto [repository, tag] = image_name_parts(image);
    const auto progress = TRY(answer(
        "POST",
        cat("/images/create?fromSrc=-&repo=", in_target(repository), "&tag=", in_target(tag)),
        tar));
    return parse_import_progress(progress);
}

Result<> CanaryEngine::create(std::string_view name, const CanaryOrder& order,
                              const std::vector<std::string>& task) const
{
    TRY(answer("POST", cat("/containers/create?name=", in_target(name)),
               canary_request(order, task, image, label)));
    return done;
}

Result<> CanaryEngine::start(std::string_view name) const
{
    TRY(answer("POST", cat(path_of(name), "/start")));
    return done;
}

Result<std::string> CanaryEngine::output(std::string_view name) const
{
    const auto log = TRY(answer("GET", cat(path_of(name), "/logs?stdout=1&stderr=1")));
    return demultiplexed(log, longest_answer);
}

Result<ContainerDetails> CanaryEngine::inspect(std::string_view name) const
{
    const auto reply = TRY(answer("GET", cat(path_of(name), "/json")));
    return parse_container_details(reply);
}

Result<> CanaryEngine::permit(std::string_view name) const
{
    TRY(answer("POST", cat(path_of(name), "/kill?signal=SIGUSR1")));
    return done;
}

Result<CanaryEngine::End> CanaryEngine::await_end(std::string_view name,
                                                  milliseconds patience) const
{
    const auto ended = TRY(answer("POST", cat(path_of(name), "/wait"), {}, patience));
    const auto status = TRY(parse_exit_status(ended));
    const auto reply = TRY(answer("GET", cat(path_of(name), "/json")));
    const auto details = TRY(parse_json(reply).during("read docker's reply"));
    return End{status, details.within("State").boolean("OOMKilled")};
}

Result<> CanaryEngine::remove(std::string_view name) const
{
    const auto reply = TRY(ask("DELETE", cat(path_of(name), "?force=1&v=1")));
    return reply.is_good() || reply.status == absent ? Result<>{done} : refusal(reply.body);
}

Result<int> CanaryEngine::remove_all() const
{
    int found = 0;
    const auto filter = in_target(cat(R"({"label":["harden.canary=)", label, R"("]})"));
    const auto listed = TRY(answer("GET", cat("/containers/json?all=1&filters=", filter)));
    for (const auto& container : TRY(parse_containers(listed))) {
        ++found;
        TRY(remove(container.id));
    }
    const auto gone = TRY(ask("DELETE", cat("/images/", in_target(image), "?force=1")));
    if (!gone.is_good() && gone.status != absent)
        return refusal(gone.body);
    return found + (gone.is_good() ? 1 : 0);
}

}
