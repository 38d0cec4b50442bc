#include "base/text.h"
#include "dockerfile/run_line.h"
#include "dockerfile/shell_words.h"
#include "support/catch.hpp"

#include <algorithm>

using namespace harden;

static ContainerRequest read(const std::string& line)
{
    auto read = parse_run_line(line);
    INFO(line);
    for (const auto& problem : read.problems)
        FAIL_CHECK(problem.message);
    return std::move(read.request);
}

static std::vector<std::string> texts(const std::vector<PlacedText>& placed)
{
    std::vector<std::string> all;
    for (const auto& each : placed)
        all.push_back(each.text);
    return all;
}

using Texts = std::vector<std::string>;

TEST_CASE("the line of the document is read whole")
{
    const auto request = read("docker run -d \\\n"
                              "  --memory=512m \\\n"
                              "  --memory-swap=512m \\\n"
                              "  --cpus=0.5 \\\n"
                              "  --pids-limit=256 \\\n"
                              "  --cap-drop=ALL \\\n"
                              "  --security-opt=no-new-privileges \\\n"
                              "  --read-only \\\n"
                              "  --tmpfs /tmp:size=512m,mode=1777 \\\n"
                              "  user-app:latest\n");
    CHECK(request.memory == PlacedText{"512m", 27});
    CHECK(request.memory_swap->text == "512m");
    CHECK(request.cpus->text == "0.5");
    CHECK(request.pids->text == "256");
    CHECK(texts(request.dropped_capabilities) == Texts{"ALL"});
    CHECK(texts(request.security_options) == Texts{"no-new-privileges"});
    CHECK(is_true(request.read_only));
    REQUIRE(request.tmpfs.size() == 1);
    CHECK(request.tmpfs[0].place.text == "/tmp");
    CHECK(request.tmpfs[0].options == "size=512m,mode=1777");
    CHECK(request.image->text == "user-app:latest");
    CHECK_FALSE(request.command);
}

TEST_CASE("values stand behind an equals sign, in the next word or in the same letters")
{
    const auto request = read("docker run -ite A=b -p80:80 -p=81:81 --env C=d -mv=1g -u 1000:1000 "
                              "--rm=false --privileged=0 alpine");
    REQUIRE(request.environment.size() == 2);
    CHECK(request.environment[0].name.text == "A");
    CHECK(request.environment[0].value == "b");
    CHECK(request.environment[1].value == "d");
    CHECK(texts(request.ports) == Texts{"80:80", "81:81"});
    CHECK(request.memory->text == "v=1g");
    CHECK(request.user->text == "1000:1000");
    REQUIRE(request.privileged);
    CHECK_FALSE(is_true(request.privileged));
    CHECK(request.image->text == "alpine");
}

TEST_CASE("what follows the image is its command, whatever it looks like")
{
    const auto request =
        read("docker run --entrypoint /bin/sh -- alpine -c 'echo \"hi\"; xmrig' --rm");
    REQUIRE(request.command);
    CHECK(request.command->is_list);
    CHECK(texts(request.command->words) == Texts{"-c", "echo \"hi\"; xmrig", "--rm"});
    CHECK(request.command->words[1].offset == 45);
    CHECK(texts(request.entrypoint->words) == Texts{"/bin/sh"});
}

TEST_CASE("mounts are the same in each of their spellings")
{
    const auto request =
        read("docker create -v /var/run/docker.sock:/s:ro --volume data:/d "
             "--mount type=bind,source=/etc,target=/e,readonly --mount dst=/v,src=vol "
             "--mount type=tmpfs,destination=/t,tmpfs-size=64m,tmpfs-mode=1777 alpine");
    REQUIRE(request.mounts.size() == 4);
    CHECK(request.mounts[0].source.text == "/var/run/docker.sock");
    CHECK_FALSE(request.mounts[0].is_writable);
    CHECK(request.mounts[1].type == "volume");
    CHECK(request.mounts[2].source.text == "/etc");
    CHECK_FALSE(request.mounts[2].is_writable);
    CHECK(request.mounts[3].source.text == "vol");
    REQUIRE(request.tmpfs.size() == 1);
    CHECK(request.tmpfs[0].place.text == "/t");
    CHECK(request.tmpfs[0].options == "size=64m,mode=1777");
    CHECK(read("docker run --use-api-socket alpine").mounts[0].source.text ==
          "/var/run/docker.sock");
}

TEST_CASE("what stands before docker run is read over")
{
    for (const auto* line :
         {"sudo -E docker run alpine", "X=1 exec docker run alpine",
          "$ docker container run alpine", "/usr/bin/docker -H tcp://1.2.3.4 --tls run alpine",
          "\n\n# a comment\n docker run alpine", "docker run alpine >/dev/null 2>&1 &",
          "docker run alpine # --privileged"}) {
        INFO(line);
        const auto request = read(line);
        REQUIRE(request.image);
        CHECK(request.image->text == "alpine");
        CHECK_FALSE(request.privileged);
        CHECK(is_run_line(line));
    }
    for (const auto* line : {"", "python app.py", "docker build .", "dockerd run", "docker"})
        CHECK_FALSE(is_run_line(line));
}

namespace {

struct Bad {
    std::string line;
    std::string message;
    std::string remedy;
    std::size_t offset;
};

}

TEST_CASE("what cannot be read is told with its place and the next step")
{
    for (const auto& row : std::vector<Bad>{
             {"docker run --memroy=1g alpine", "docker run has no option --memroy",
              "did you mean --memory?", 11},
             {"docker run -Z alpine", "docker run has no option -Z", "see docker run --help", 11},
             {"docker run --memory", "--memory needs a value, and the line ends",
              "write --memory VALUE", 11},
             {"docker run -d", "it names no image", "write docker run [OPTIONS] IMAGE [COMMAND]",
              0},
             {"docker build .", "this is no docker run line",
              "write it as docker run [OPTIONS] IMAGE [COMMAND]", 0},
             {"docker run 'alpine", "the quote ' is not closed", "close it", 11},
             {"docker run alpine; docker run --privileged alpine",
              "another command follows, which is not read", "give each command on its own", 17},
             {"docker run alpine\ndocker run alpine", "another command follows, which is not read",
              "give each command on its own", 17},
             {"docker run $OPTS alpine", "$OPTS may stand for options as well",
              "write what it stands for, or put it in double quotes where it is the image", 11},
             {"docker run $(cat x alpine", "the expansion that begins here does not end",
              "close it", 11},
         }) {
        INFO(row.line);
        const auto read = parse_run_line(row.line);
        REQUIRE_FALSE(read.problems.empty());
        CHECK(read.problems[0].message == row.message);
        CHECK(read.problems[0].remedy == row.remedy);
        CHECK(read.problems[0].offset == row.offset);
    }
}

TEST_CASE("expansions stand as they are written")
{
    const auto request = read("docker run -v $(pwd)/data:/d -e A=${B:-c d} \"$IMAGE\" `date +%s`");
    CHECK(request.mounts[0].source.text == "$(pwd)/data");
    CHECK(request.environment[0].value == "${B:-c d}");
    CHECK(request.image->text == "$IMAGE");
    CHECK(request.command->words[0].text == "`date +%s`");
}

TEST_CASE("an argument vector reads back as itself")
{
    const Texts words{"docker", "run", "alpine", "sh", "-c", "it's \"$x\" \\ # ; `y`\n", ""};
    const auto line = split_shell_line(shell_line_of(words));
    CHECK(line.problems.empty());
    Texts again;
    for (const auto& word : line.words)
        again.push_back(word.placed.text);
    CHECK(again == words);
}

TEST_CASE("every option is there once, by name and by letter")
{
    std::vector<std::string_view> names;
    std::string letters;
    for (const auto& flag : run_flags()) {
        names.push_back(flag.name);
        if (flag.letter != 0)
            letters += flag.letter;
    }
    CHECK(std::ranges::is_sorted(names));
    CHECK(std::ranges::adjacent_find(names) == names.end());
    std::ranges::sort(letters);
    CHECK(std::ranges::adjacent_find(letters) == letters.end());
}

TEST_CASE("a line beyond every bound is told and not read on")
{
    const auto long_line = cat("docker run alpine ", std::string(11'000'000, 'a'));
    CHECK(parse_run_line(long_line).problems.at(0).message.starts_with("it is longer than"));
    std::string many = "docker run alpine";
    for (int i = 0; i < 20'000; ++i)
        many += " a";
    CHECK(parse_run_line(many).problems.at(0).message == "it has more than 10000 words");
    std::string nested = "docker run ";
    for (int i = 0; i < 300'000; ++i)
        nested += "$(";
    CHECK_FALSE(parse_run_line(nested).problems.empty());
}
