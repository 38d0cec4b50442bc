#include "base/text.h"
#include "dockerfile/compose.h"
#include "support/catch.hpp"

#include <chrono>

using namespace harden;
using Texts = std::vector<std::string>;

static ComposeFile file_of(const std::string& source)
{
    return parse_compose(source, {});
}

static ContainerRequest only(const std::string& source)
{
    auto file = file_of(source);
    INFO(source);
    for (const auto& problem : file.problems)
        FAIL_CHECK(problem.message);
    REQUIRE(file.services.size() == 1);
    return std::move(file.services.front());
}

static Texts texts(const std::vector<PlacedText>& placed)
{
    Texts all;
    for (const auto& each : placed)
        all.push_back(each.text);
    return all;
}

static std::string at(const std::string& source, std::size_t offset, std::size_t length)
{
    return source.substr(offset, length);
}

TEST_CASE("a service is read with the place of each text")
{
    const std::string source = "services:\n"
                               "  web:\n"
                               "    image: \"nginx:1\"\n"
                               "    command: npm start\n"
                               "    entrypoint: [sh, -c]\n"
                               "    mem_limit: 512m\n"
                               "    memswap_limit: 512m\n"
                               "    cpus: 0.5\n"
                               "    pids_limit: 256\n"
                               "    cap_drop: [ALL]\n"
                               "    security_opt:\n"
                               "      - no-new-privileges:true\n"
                               "    read_only: true\n"
                               "    tmpfs: /tmp:size=64m\n";
    const auto web = only(source);
    CHECK(web.form == RequestForm::Service);
    CHECK(web.name == PlacedText{"web", 12});
    CHECK(web.image->text == "nginx:1");
    CHECK(at(source, web.image->offset, 9) == "\"nginx:1\"");
    REQUIRE(web.command);
    CHECK_FALSE(web.command->is_list);
    CHECK(texts(web.command->words) == Texts{"npm start"});
    CHECK(web.entrypoint->is_list);
    CHECK(texts(web.entrypoint->words) == Texts{"sh", "-c"});
    CHECK(web.memory->text == "512m");
    CHECK(at(source, web.memory->offset, 4) == "512m");
    CHECK(web.memory_swap->text == "512m");
    CHECK(web.cpus->text == "0.5");
    CHECK(web.pids->text == "256");
    CHECK(texts(web.dropped_capabilities) == Texts{"ALL"});
    CHECK(texts(web.security_options) == Texts{"no-new-privileges:true"});
    CHECK(is_true(web.read_only));
    REQUIRE(web.tmpfs.size() == 1);
    CHECK(web.tmpfs[0].options == "size=64m");
}

TEST_CASE("letters of several bytes before a text do not move its place")
{
    const std::string source = "# grüße 日本\nservices:\n  wéb:\n    image: nginx\n";
    const auto web = only(source);
    CHECK(at(source, web.image->offset, 5) == "nginx");
    const auto marked = "\xef\xbb\xbf" + source;
    CHECK(at(marked, only(marked).image->offset, 5) == "nginx");
}

TEST_CASE("short and long spellings say the same")
{
    const auto request =
        only("services:\n"
             "  a:\n"
             "    environment: {A: b, C: 1, D: }\n"
             "    labels: [\"x=y\"]\n"
             "    ports:\n"
             "      - \"80:8080\"\n"
             "      - {target: 90, published: 9000, host_ip: 127.0.0.1, protocol: udp}\n"
             "    volumes:\n"
             "      - /etc:/e:ro\n"
             "      - {type: bind, source: /srv, target: /s, read_only: true, bind: {propagation: "
             "rshared}}\n"
             "      - {type: tmpfs, target: /t, tmpfs: {size: 64m}}\n"
             "      - data:/d\n"
             "    devices: [{source: /dev/kvm, target: /dev/kvm}]\n"
             "    ulimits: {nofile: 10, nproc: {soft: 1, hard: 2}}\n"
             "    build: {context: ., dockerfile: D, dockerfile_inline: \"FROM x\"}\n"
             "    env_file: [a.env, {path: b.env}]\n"
             "    deploy: {resources: {limits: {memory: 1g, cpus: '0.5', pids: 9}}}\n");
    REQUIRE(request.environment.size() == 3);
    CHECK(request.environment[1].value == "1");
    CHECK_FALSE(request.environment[2].value);
    CHECK(request.labels[0].value == "y");
    CHECK(texts(request.ports) == Texts{"80:8080", "127.0.0.1:9000:90/udp"});
    REQUIRE(request.mounts.size() == 3);
    CHECK(request.mounts[0].source.text == "/etc");
    CHECK_FALSE(request.mounts[1].is_writable);
    CHECK(request.mounts[1].propagation == "rshared");
    CHECK(request.mounts[2].type == "volume");
    CHECK(request.tmpfs[0].options == "size=64m");
    CHECK(texts(request.devices) == Texts{"/dev/kvm"});
    CHECK(texts(request.ulimits) == Texts{"nofile=10", "nproc=1:2"});
    CHECK(request.build->dockerfile->text == "D");
    CHECK(request.build->instructions->text == "FROM x");
    CHECK(texts(request.environment_files) == Texts{"a.env", "b.env"});
    CHECK(request.memory->text == "1g");
    CHECK(request.cpus->text == "0.5");
    CHECK(request.pids->text == "9");
}

TEST_CASE("what runs beside the command, and what is put inside, is there as well")
{
    const auto request =
        only("services:\n"
             "  a:\n"
             "    image: x\n"
             "    healthcheck: {test: [CMD-SHELL, \"curl -f x\"]}\n"
             "    post_start: [{command: ./hook.sh, privileged: true}]\n"
             "    configs: [run]\n"
             "    secrets: [{source: key}]\n"
             "    networks: [outside]\n"
             "    use_api_socket: true\n"
             "    volumes: [\"trick:/x\"]\n"
             "configs: {run: {content: \"echo hi\"}}\n"
             "secrets: {key: {file: /etc/shadow}}\n"
             "networks: {outside: {external: true, name: host}}\n"
             "volumes: {trick: {driver_opts: {type: none, o: bind, device: /etc}}}\n");
    REQUIRE(request.further_commands.size() == 2);
    CHECK(request.further_commands[0].words[0].text == "curl -f x");
    CHECK_FALSE(request.further_commands[0].is_list);
    CHECK(request.further_commands[1].words[0].text == "./hook.sh");
    CHECK(is_true(request.privileged));
    CHECK(texts(request.inline_files) == Texts{"echo hi"});
    CHECK(request.network->text == "host");
    Texts sources;
    for (const auto& mount : request.mounts)
        sources.push_back(cat(mount.type, " ", mount.source.text));
    CHECK(sources == Texts{"bind /etc/shadow", "bind /var/run/docker.sock", "bind /etc"});
}

TEST_CASE("anchors, merge keys and extensions are what they stand for")
{
    const auto request = only("x-common: &common\n"
                              "  mem_limit: 1g\n"
                              "  pids_limit: 1\n"
                              "x-more: &more {pids_limit: 2, cpus: 3, user: \"7\"}\n"
                              "services:\n"
                              "  a:\n"
                              "    <<: [*common, *more]\n"
                              "    cpus: 4\n"
                              "    command: &c [x, y]\n"
                              "    entrypoint: *c\n");
    CHECK(request.memory->text == "1g");
    CHECK(request.pids->text == "1");
    CHECK(request.cpus->text == "4");
    CHECK(request.user->text == "7");
    CHECK(texts(request.entrypoint->words) == Texts{"x", "y"});
}

TEST_CASE("a service has what the one that it extends has, unless it says otherwise")
{
    const auto file = file_of("services:\n"
                              "  base:\n"
                              "    privileged: true\n"
                              "    cap_add: [NET_ADMIN]\n"
                              "    environment: {A: 1, B: 2}\n"
                              "    command: one\n"
                              "    ports: [\"1:1\"]\n"
                              "  web:\n"
                              "    extends: {service: base}\n"
                              "    cap_add: [CHOWN]\n"
                              "    environment: [A=3]\n"
                              "    command: two\n"
                              "    ports: !reset []\n");
    CHECK(file.problems.empty());
    REQUIRE(file.services.size() == 2);
    const auto& web = file.services[1];
    CHECK(is_true(web.privileged));
    CHECK(texts(web.added_capabilities) == Texts{"NET_ADMIN", "CHOWN"});
    REQUIRE(web.environment.size() == 2);
    CHECK(web.environment[0].value == "3");
    CHECK(texts(web.command->words) == Texts{"two"});
    CHECK(web.ports.empty());
}

TEST_CASE("a later document of the file adds to the earlier ones")
{
    const auto request =
        only("services: {a: {image: x, user: \"1\", cap_add: [A]}}\n"
             "---\n"
             "services: {a: {privileged: true, user: \"2\", cap_add: !override [B]}}\n");
    CHECK(request.image->text == "x");
    CHECK(request.user->text == "2");
    CHECK(is_true(request.privileged));
    CHECK(texts(request.added_capabilities) == Texts{"B"});
}

TEST_CASE("variables are their defaults, or what the file beside it says")
{
    const std::string source = "services: {a: {image: \"${I:-alpine}:${T-3}\", command: \"echo "
                               "$$HOME\", mem_limit: \"$MEM\"}}\n";
    auto request = only(source);
    CHECK(request.image->text == "alpine:3");
    CHECK(request.command->words[0].text == "echo $HOME");
    CHECK(request.memory->text == "$MEM");
    Variables variables;
    variables.set("MEM", "1g");
    request = parse_compose(source, variables).services.at(0);
    CHECK(request.memory->text == "1g");
}

namespace {

struct Bad {
    std::string source;
    std::string message;
    std::string place; // "line:column"
};

}

TEST_CASE("what is wrong is told with its line, its column and the next step")
{
    for (const auto& row : std::vector<Bad>{
             {"services:\n\ta: 1\n", "a tab stands where YAML allows spaces only", "2:1"},
             {"services:\n  a:\n    image: x\n    image: y\n", "the key image is there twice",
              "4:5"},
             {"services:\n  a: {image: @x}\n", "a value cannot begin with @", "2:14"},
             {"services:\n  a:\n    command: echo a: b\n", "a value has \": \" in it", "3:20"},
             {"services:\n  a: \"x\n", "a quote is not closed", "3:1"},
             {"services:\n  a: *none\n", "*none stands for nothing above it", "2:6"},
             {"services:\n  a: &a {b: *a}\n", "*a stands for nothing above it", "2:13"},
             {"image: x\n", "it has no services", "1:1"},
             {"services:\n  a: {extends: b}\n", "it extends a service that is not there", "2:16"},
             {"services:\n  a: {extends: {service: b, file: c.yml}}\n",
              "it extends a service of another file, which is not read", "2:16"},
             {"include: [x.yml]\nservices: {a: {image: x}}\n",
              "it includes other files, which are not read", "1:1"},
             {"services: {a: \xff}\n", "it has bytes that are not UTF-8, or control characters",
              "1:15"},
         }) {
        INFO(row.source);
        const auto file = file_of(row.source);
        REQUIRE_FALSE(file.problems.empty());
        CHECK(file.problems[0].message == row.message);
        const auto place = file_place(row.source, file.problems[0].offset);
        CHECK(cat(std::to_string(place.line), ":", std::to_string(place.column)) == row.place);
    }
    CHECK(file_of("services: {a: {extends: b}, b: {extends: a}}\n").problems.size() == 2);
}

TEST_CASE("what stands before the mistake is read")
{
    const auto file = file_of("services: {a: {image: x}}\n---\nservices:\n\tb: 1\n");
    CHECK(file.problems.size() == 1);
    REQUIRE(file.services.size() == 1);
    CHECK(file.services[0].image->text == "x");
}

static std::chrono::milliseconds time_of(const std::string& source, ComposeFile& file)
{
    const auto began = std::chrono::steady_clock::now();
    file = parse_compose(source, {});
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 began);
}

static std::string bomb()
{
    std::string text = "x0: &x0 {a: b}\n";
    for (int i = 1; i < 28; ++i) {
        const auto before = cat("*x", std::to_string(i - 1));
        text += cat("x", std::to_string(i), ": &x", std::to_string(i), " {<<: [", before, ", ",
                    before, ", ", before, ", ", before, "]}\n");
    }
    return text + "services: {a: {<<: *x27, environment: *x27}}\n";
}

static std::string repeated(std::string_view head, std::string_view part, std::size_t times,
                            std::string_view tail)
{
    std::string text{head};
    while (times-- > 0)
        text += part;
    return text.append(tail);
}

TEST_CASE("whatever it says, a file ends in bounded time with a clear error")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {std::string(10'000'000, 'a'), "it is longer than 1048576 bytes"},
        {std::string(1'000'000, '['), "it is nested deeper than 64 levels"},
        {repeated("", "- ", 500'000, ""), "it is nested deeper than 64 levels"},
        {repeated("services: {a: {environment: [", "a,", 400'000, "]}}"),
         "it has more than 100000"},
        {bomb(), "with its aliases it has more than"},
        {repeated("services: {a: {environment: [", "a,", 90'000, "]}}"),
         "a list has more than 2000 values"},
        {repeated("x: &x [" + repeated("", "a,", 1'900, ""), "", 0, "]\n") +
             repeated("services:\n", "", 0, "") +
             [] {
                 std::string services;
                 for (int i = 0; i < 5'000; ++i)
                     services += cat(" s", std::to_string(i), ": {environment: *x}\n");
                 return services;
             }(),
         "with its aliases it has more than"},
        {repeated("", "? ", 300'000, ""), "it is nested deeper than 64 levels"},
    };
    for (const auto& [source, message] : rows) {
        ComposeFile file;
        const auto spent = time_of(source, file);
        INFO(source.substr(0, 60) << " … " << message);
        REQUIRE_FALSE(file.problems.empty());
        bool is_told = false;
        for (const auto& problem : file.problems)
            is_told = is_told || problem.message.starts_with(message);
        CHECK(is_told);
        CHECK(spent < std::chrono::seconds{5});
    }
}

TEST_CASE("a long text and a long chain are no trouble")
{
    ComposeFile file;
    CHECK(time_of(cat("services: {a: {image: x, command: \"", std::string(900'000, 'y'), "\"}}"),
                  file) < std::chrono::seconds{5});
    CHECK(file.problems.empty());
    REQUIRE(file.services.size() == 1);
    CHECK(file.services[0].command->words[0].text.size() == 900'000);
}
