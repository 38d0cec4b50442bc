#include "node/docker_endpoint.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a docker host names a unix socket")
{
    CHECK(*docker_socket_path("") == "/run/docker.sock");
    CHECK(*docker_socket_path("unix:///tmp/d.sock") == "/tmp/d.sock");
    CHECK(*docker_socket_path("/tmp/d.sock") == "/tmp/d.sock");
}

TEST_CASE("an endpoint over the network is unsupported and says what works")
{
    const auto host = GENERATE(as<std::string>{}, "tcp://10.0.0.1:2376", "ssh://root@node");
    const auto path = docker_socket_path(host);
    REQUIRE_FALSE(path);
    CHECK(path.error().kind == ErrorKind::Unsupported);
    CHECK_FALSE(path.error().hint.empty());
}

TEST_CASE("what is no path of a socket is refused")
{
    const auto host = GENERATE(as<std::string>{}, "docker.sock", "unix://", "unix://relative",
                               "/" + std::string(200, 'a'));
    const auto path = docker_socket_path(host);
    REQUIRE_FALSE(path);
    CHECK(path.error().kind == ErrorKind::Malformed);
}

TEST_CASE("the API version is the lower of the daemon's and ours")
{
    CHECK(*negotiated_api_version("1.41") == "1.41");
    CHECK(*negotiated_api_version("1.52") == "1.47");
    CHECK(*negotiated_api_version("2.0") == "1.47");
    CHECK(negotiated_api_version("1.12").error().kind == ErrorKind::Unsupported);
    CHECK(negotiated_api_version("").error().kind == ErrorKind::Malformed);
    CHECK_FALSE(negotiated_api_version("1.41\r\nHost: x"));
}

TEST_CASE("text in a request's path cannot leave its place")
{
    CHECK(in_target("abc-1_2.3") == "abc-1_2.3");
    CHECK(in_target("../x?y#z\r\n") == "..%2Fx%3Fy%23z%0D%0A");
}

TEST_CASE("an image name is a repository and a tag")
{
    using Parts = std::pair<std::string, std::string>;
    CHECK(image_name_parts("lab") == Parts{"lab", "latest"});
    CHECK(image_name_parts("lab:1") == Parts{"lab", "1"});
    CHECK(image_name_parts("host:5000/lab") == Parts{"host:5000/lab", "latest"});
    CHECK(image_name_parts("host:5000/lab:2") == Parts{"host:5000/lab", "2"});
}
