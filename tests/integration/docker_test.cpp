#include "base/text.h"
#include "support/catch.hpp"
#include "support/fake_docker.h"
#include "support/unix_server.h"
#include "system/docker_http.h"
#include "system/docker_socket.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace harden;
using harden::test::FakeDocker;
using harden::test::UnixServer;
using namespace std::chrono_literals;

static std::string recorded(const std::string& name)
{
    std::ifstream file{std::string{HARDEN_TEST_DATA} + "/docker_reply/" + name};
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

static std::string reply(int status, std::string_view body)
{
    return cat("HTTP/1.1 ", std::to_string(status),
               " X\r\nApi-Version: 1.41\r\nContent-Length: ", std::to_string(body.size()),
               "\r\n\r\n", body);
}

// What a Docker Engine of Debian 12 answered on a lab node.
static UnixServer::Answer recording()
{
    const std::map<std::string, std::string> replies{
        {"/_ping", "OK"},
        {"/v1.41/info", recorded("info.json")},
        {"/v1.41/version", recorded("version.json")},
        {"/v1.41/containers/json", recorded("containers.json")},
        {"/v1.41/containers/contract/json", recorded("inspect.json")},
        {"/v1.41/networks", recorded("networks.json")},
        {"/v1.41/images/lab/json", recorded("image.json")},
        {"/v1.41/images/lab/history", recorded("image_history.json")},
    };
    return [replies](const std::string& head) {
        const auto target = std::string{split(head, ' ')[1]};
        const auto found = replies.find(target);
        return found == replies.end() ? reply(404, R"({"message":"No such container: absent"})")
                                      : reply(200, found->second);
    };
}

// What every Docker that runs a container called "contract" answers.
static void tells_what_runs(const Docker& docker)
{
    const auto info = docker.info();
    INFO((info ? std::string{} : info.error().message));
    REQUIRE(info);
    CHECK_FALSE(info->version.empty());
    CHECK(info->runtimes.contains(info->default_runtime));

    const auto containers = docker.containers();
    REQUIRE(containers);
    const auto* contract = &containers->front();
    for (const auto& each : *containers)
        contract = each.name == "contract" ? &each : contract;
    REQUIRE(contract->name == "contract");
    CHECK(contract->state == "running");
    CHECK(contract->labels.at("owner") == "acme");

    const auto details = docker.inspect("contract");
    REQUIRE(details);
    CHECK(details->container.id == contract->id);
    CHECK(details->runtime == "runc");
    CHECK(details->pid > 0);
    CHECK(details->nano_cpus == 250'000'000);
    CHECK(docker.inspect("absent").error().kind == ErrorKind::NotFound);

    const auto image = docker.image(details->container.image);
    REQUIRE(image);
    CHECK(image->id.starts_with("sha256:"));
    CHECK_FALSE(image->history.empty());
    CHECK(docker.image("absent").error().kind == ErrorKind::NotFound);

    const auto networks = docker.networks();
    REQUIRE(networks);
    for (const auto& each : *networks)
        if (each.name == "bridge")
            CHECK(each.bridge == "docker0");
}

// Imports, runs to the end, forgets.
static void runs_a_canary(Docker& docker, std::string_view tar)
{
    constexpr auto image = "harden-contract:1";
    REQUIRE(docker.import_image(image, tar));
    REQUIRE(docker.import_image(image, tar));
    const auto outcome =
        docker.run_once({.image = image, .command = {"/bin/sh", "-c", "echo said; exit 3"}});
    REQUIRE(outcome);
    CHECK(outcome->status == 3);
    CHECK(outcome->out == "said\n");
    const auto slow =
        docker.run_once({.image = image, .command = {"/bin/sleep", "60"}, .timeout = 1500ms});
    CHECK(slow.error().kind == ErrorKind::TimedOut);
    CHECK(docker.run_once({.image = "harden-contract:absent"}).error().kind == ErrorKind::NotFound);
    const auto containers = docker.containers();
    REQUIRE(containers);
    for (const auto& each : *containers)
        CHECK(each.name.find("harden-canary") == std::string::npos);
    CHECK(docker.remove_image(image));
    CHECK(docker.remove_image(image));
}

TEST_CASE("the fake keeps Docker's contract")
{
    FakeDocker docker;
    docker.about = {
        .version = "20.10.24", .default_runtime = "runc", .runtimes = {{"runc", "runc"}}};
    docker.add(1, "contract").labels["owner"] = "acme";
    auto& details = docker.details.begin()->second;
    details.pid = 7;
    details.nano_cpus = 250'000'000;
    details.container.image = "lab";
    docker.image_details["lab"] = {.id = "sha256:ab", .history = {"made"}};
    docker.known_networks = {{.name = "bridge", .driver = "bridge", .bridge = "docker0"}};
    docker.on_run = [](const RunOnce& wanted) -> Result<RunOutcome> {
        if (wanted.command.front() == "/bin/sleep")
            return Error{ErrorKind::TimedOut, "the container did not end", {}};
        return RunOutcome{.status = 3, .out = "said\n"};
    };
    tells_what_runs(docker);
    runs_a_canary(docker, "tar");
}

TEST_CASE("the socket keeps Docker's contract on what a daemon answered")
{
    const UnixServer server{recording()};
    tells_what_runs(*docker_socket(server.host()));
}

// On a lab node: HARDEN_TEST_DOCKER names an image archive with a shell, and "contract" runs.
TEST_CASE("the socket keeps Docker's contract on a real daemon", "[.real-docker]")
{
    const auto* archive = std::getenv("HARDEN_TEST_DOCKER"); // NOLINT(concurrency-mt-unsafe)
    REQUIRE(archive != nullptr);
    std::ifstream file{archive};
    REQUIRE(file);
    std::ostringstream tar;
    tar << file.rdbuf();
    const auto docker = docker_socket();
    tells_what_runs(*docker);
    runs_a_canary(*docker, tar.str());
}

TEST_CASE("no socket is not found and says how to start docker")
{
    const auto info = docker_socket("unix:///run/harden-test-no.sock")->info();
    REQUIRE_FALSE(info);
    CHECK(info.error().kind == ErrorKind::NotFound);
    CHECK(info.error().message.starts_with("docker does not answer at /run/harden-test-no.sock"));
    CHECK(info.error().hint == "systemctl start docker");
}

TEST_CASE("DOCKER_HOST is honoured and a network endpoint refused")
{
    setenv("DOCKER_HOST", "tcp://10.0.0.1:2375", 1); // NOLINT(concurrency-mt-unsafe)
    const auto info = docker_socket()->info();
    unsetenv("DOCKER_HOST"); // NOLINT(concurrency-mt-unsafe)
    CHECK(info.error().kind == ErrorKind::Unsupported);
}

TEST_CASE("a daemon that is silent or slow is timed out as a whole")
{
    const UnixServer silent{[](const std::string&) { return std::string{}; }};
    const auto start = std::chrono::steady_clock::now();
    const auto answer =
        http_over_socket(silent.path(), {.method = "GET", .target = "/_ping"}, {.timeout = 200ms});
    CHECK(answer.error().kind == ErrorKind::TimedOut);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("a body over the limit is refused, or cut where that was asked for")
{
    const UnixServer server{[](const std::string&) { return reply(200, std::string(5000, 'x')); }};
    const HttpRequest request{.method = "GET", .target = "/"};
    const auto refused = http_over_socket(server.path(), request, {.body = 4999});
    CHECK(refused.error().kind == ErrorKind::Malformed);
    const auto cut =
        http_over_socket(server.path(), request, {.body = 100, .overflow = Overflow::Cut});
    REQUIRE(cut);
    CHECK(cut->body == std::string(100, 'x'));
    CHECK(http_over_socket(server.path(), request, {.body = 5000})->body.size() == 5000);
}

TEST_CASE("a body in chunks, and one that ends with the connection, are read whole")
{
    const auto text = GENERATE(as<std::string>{},
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\none\r\n3;x=y\r\ntwo\r\n0\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nonetwo");
    const UnixServer server{[text](const std::string&) { return text; }};
    const auto answer = http_over_socket(server.path(), {.method = "GET", .target = "/"});
    REQUIRE(answer);
    CHECK(answer->body == "onetwo");
}

TEST_CASE("a reply that is no HTTP, or is cut short, is an error")
{
    const auto text =
        GENERATE(as<std::string>{}, "hello", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    const UnixServer server{[text](const std::string&) { return text; }};
    CHECK_FALSE(http_over_socket(server.path(), {.method = "GET", .target = "/"}));
}

TEST_CASE("a socket without the right to it is denied")
{
    if (geteuid() != 0) {
        WARN("SKIPPED: needs root, to become somebody without rights");
        return;
    }
    const UnixServer server{recording()};
    std::filesystem::permissions(server.path(), std::filesystem::perms::none);
    REQUIRE(seteuid(65534) == 0);
    const auto info = docker_socket(server.host())->info();
    REQUIRE(seteuid(0) == 0);
    CHECK(info.error().kind == ErrorKind::Denied);
}
