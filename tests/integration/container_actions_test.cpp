#include "base/text.h"
#include "support/container_actions_contract.h"
#include "support/fake_container_actions.h"
#include "support/unix_server.h"
#include "system/container_actions.h"
#include "system/docker_socket.h"

#include <cstdlib>

using namespace harden;
using namespace harden::test;

TEST_CASE("the fake keeps the contract of what acts on containers")
{
    FakeContainerActions fake;
    fake.containers["acted"] = {};
    keeps_the_contract(fake, "acted", "absent", [&] { return fake.containers["acted"].status; });
}

namespace {

// A daemon with one container, which answers as Docker 20.10 does.
struct Daemon {
    std::string state = "running";
    std::vector<std::string> asked;

    static std::string reply(int status, std::string_view body)
    {
        return cat("HTTP/1.1 ", std::to_string(status),
                   " X\r\nApi-Version: 1.41\r\nContent-Length: ", std::to_string(body.size()),
                   "\r\n\r\n", body);
    }

    std::string moved(std::string_view from, std::string to)
    {
        if (state != from)
            return reply(from == "running" ? 409 : 500,
                         R"({"message":"Container acted is not so"})");
        state = std::move(to);
        return reply(204, "");
    }

    std::string operator()(const std::string& head)
    {
        const auto parts = split(head, ' ');
        const std::string target{parts[1]};
        asked.push_back(target);
        if (target == "/_ping")
            return reply(200, "OK");
        if (target.find("/containers/acted/") == std::string::npos)
            return reply(404, R"({"message":"No such container: absent"})");
        if (target.ends_with("/json"))
            return reply(200, cat(R"({"State":{"Status":")", state, R"("}})"));
        if (target.ends_with("/unpause"))
            return moved("paused", "running");
        if (target.ends_with("/pause"))
            return moved("running", "paused");
        if (target.find("/stop?t=") != std::string::npos) {
            const auto status = state == "exited" ? 304 : 204;
            state = "exited";
            return reply(status, "");
        }
        if (target.find("/kill") != std::string::npos && state != "exited")
            return moved(state, "exited");
        return target.find("/update") != std::string::npos ? reply(200, R"({"Warnings":null})")
                                                           : reply(409, R"({"message":"no"})");
    }
};

}

TEST_CASE("the socket keeps the contract of what acts on containers")
{
    Daemon daemon;
    const UnixServer server{[&](const std::string& head) { return daemon(head); }};
    const auto actions = docker_actions(server.host());
    keeps_the_contract(*actions, "acted", "absent", [&] { return daemon.state; });
    CHECK(daemon.asked.front() == "/_ping");
    CHECK(daemon.asked.at(1) == "/v1.41/containers/acted/update");
}

TEST_CASE("a name cannot leave its place in a request")
{
    Daemon daemon;
    const UnixServer server{[&](const std::string& head) { return daemon(head); }};
    CHECK(docker_actions(server.host())->kill("x/../acted/kill?").is_absent());
    CHECK(daemon.asked.back().find("/acted/") == std::string::npos);
}

// On a lab node: a container called "acted" runs, and its image has a label.
TEST_CASE("a real daemon keeps the contract of what acts on containers", "[.real-docker]")
{
    const auto docker = docker_socket();
    const auto details = docker->inspect("acted");
    REQUIRE(details);
    const auto state_of = [&] {
        const auto now = docker->inspect("acted");
        return now ? now->container.state : now.error().message;
    };
    const auto actions = docker_actions();
    CHECK(actions->image_labels(details->container.image_id));
    keeps_the_contract(*actions, details->container.id, std::string(64, '0'), state_of);
}
