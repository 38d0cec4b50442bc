#include "dockerfile/image_config.h"
#include "support/catch.hpp"

#include <algorithm>

using namespace harden;
using Texts = std::vector<std::string>;

TEST_CASE("the engine's replies are read, the oldest layer first")
{
    const auto image = parse_image_details(
        R"({"Id": "sha256:ab", "RepoDigests": ["x@sha256:cd"], "Config": {"User": "app",
            "WorkingDir": "/srv", "Entrypoint": null, "Cmd": ["/bin/sh", "-c", "npm start"],
            "Env": ["PATH=/bin"], "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Labels": {"owner": "acme"}, "OnBuild": ["RUN make"],
            "Healthcheck": {"Test": ["CMD-SHELL", "curl -f x"]}}})",
        R"([{"CreatedBy": "CMD [\"npm\"]"}, {"CreatedBy": "/bin/sh -c apt-get update"}])");
    REQUIRE(image);
    CHECK(image->id == "sha256:ab");
    CHECK(image->command == Texts{"/bin/sh", "-c", "npm start"});
    CHECK(image->entrypoint.empty());
    CHECK(image->ports == Texts{"53/udp", "80/tcp"});
    CHECK(image->history == Texts{"/bin/sh -c apt-get update", "CMD [\"npm\"]"});
    CHECK(dockerfile_of(*image, "acme/app:1") ==
          "FROM acme/app:1\n"
          "RUN apt-get update\n"
          "ENV PATH=\"/bin\"\n"
          "LABEL owner=\"acme\"\n"
          "EXPOSE 53/udp\n"
          "EXPOSE 80/tcp\n"
          "ONBUILD RUN make\n"
          "WORKDIR /srv\n"
          "USER app\n"
          "HEALTHCHECK CMD [\"/bin/sh\", \"-c\", \"curl -f x\"]\n"
          "CMD [\"/bin/sh\", \"-c\", \"npm start\"]\n");
}

TEST_CASE("what is no image's description is refused")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", "[]"}, {"{}", "{"}, {R"({"Config": {"Cmd": "sh"}})", "[]"}, {"{}", "{}"}};
    for (const auto& [image, history] : rows) {
        const auto read = parse_image_details(image, history);
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == ErrorKind::Malformed);
    }
}

static std::string of_layer(const std::string& layer)
{
    auto text = dockerfile_of({.history = {layer}}, "x");
    return text.substr(std::string_view{"FROM x\n"}.size());
}

TEST_CASE("each builder's words become the instruction that they were")
{
    CHECK(of_layer("/bin/sh -c #(nop) ADD file:12 in / ") == "ADD file:12 in /\n");
    CHECK(of_layer("/bin/sh -c #(nop)  CMD [\"bash\"]").empty());
    CHECK(of_layer("/bin/sh -c apt-get install -y tor") == "RUN apt-get install -y tor\n");
    CHECK(of_layer("|1 A=b /bin/sh -c make $A") == "RUN make $A\n");
    CHECK(of_layer("RUN /bin/sh -c apk add tor # buildkit") == "RUN apk add tor\n");
    CHECK(of_layer("RUN |2 A=b C=d /bin/sh -c make # buildkit") == "RUN make\n");
    CHECK(of_layer("/bin/sh -c #(nop)  EXPOSE 80").empty());
    CHECK(of_layer("COPY run.sh / # buildkit") == "COPY run.sh /\n");
    CHECK(of_layer("EXPOSE map[80/tcp:{}]").empty());
    CHECK(of_layer("/bin/bash -o pipefail -c make") == "RUN /bin/bash -o pipefail -c make\n");
    CHECK(of_layer("").empty());
}

TEST_CASE("no text of an image's forges an instruction or hides the next one")
{
    CHECK(of_layer("RUN /bin/sh -c a\nCMD evil # buildkit") ==
          "RUN [\"/bin/sh\", \"-c\", \"a\\nCMD evil\"]\n");
    CHECK(of_layer("RUN /bin/sh -c cat <<EOF # buildkit") ==
          "RUN [\"/bin/sh\", \"-c\", \"cat <<EOF\"]\n");
    CHECK(of_layer("RUN /bin/sh -c a \\ # buildkit") == "RUN [\"/bin/sh\", \"-c\", \"a \\\\\"]\n");
    CHECK(of_layer("COPY a /b\nRUN evil # buildkit") == "COPY a /b RUN evil\n");
    CHECK(of_layer("COPY <<EOF /x # buildkit") == "# COPY <<EOF /x\n");
    CHECK(of_layer("COPY a /b\\") == "COPY a /b\n");
    const auto text = dockerfile_of({.user = "x\nRUN a",
                                     .directory = "/a\nRUN b\\",
                                     .environment = {"A=b\nRUN c\\", "B\nRUN d=x", "C=\"$(e)"},
                                     .ports = {"80\nRUN f"},
                                     .on_build = {"RUN g\nRUN h"},
                                     .labels = {{"k", "v\"\nRUN i"}}},
                                    "x\nRUN j");
    CHECK(text == "FROM scratch\n"
                  "ENV A=\"b RUN c\"\n"
                  "ENV C=\"\\\"\\$(e)\"\n"
                  "LABEL k=\"v\\\" RUN i\"\n"
                  "ONBUILD RUN g RUN h\n"
                  "WORKDIR /a RUN b\n");
}

TEST_CASE("an image without end is cut at the bound, and what it runs stays")
{
    ImageDetails image{.command = {"xmrig"}};
    for (int i = 0; i < 1'000; ++i)
        image.history.push_back(cat("RUN /bin/sh -c ", std::string(10'000, 'a')));
    const auto text = dockerfile_of(image, "x");
    CHECK(text.size() <= 1 << 20);
    CHECK(text.ends_with("CMD [\"xmrig\"]\n"));
}
