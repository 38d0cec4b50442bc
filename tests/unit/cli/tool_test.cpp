#include "cli/tool.h"
#include "support/catch.hpp"

using namespace harden;

static int run(std::vector<std::string> words, std::string& ran, std::string& format)
{
    words.insert(words.begin(), "tool");
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    const auto noting = [&ran](std::string name) {
        return [&ran, name]() -> Result<Exit> {
            ran = name;
            return name == "fail" ? Result<Exit>{Error{ErrorKind::Failed, "it failed", "try again"}}
                                  : Result<Exit>{Exit::Findings};
        };
    };
    const Tool tool{"harden tool",
                    "a tool",
                    {format_option(&format)},
                    {{"plan", "show", {}, noting("plan")}, {"fail", "fail", {}, noting("fail")}},
                    ""};
    return run_tool(tool, static_cast<int>(argv.size()), argv.data());
}

TEST_CASE("a tool runs the word it is given and exits with its status")
{
    std::string ran;
    std::string format = "text";
    CHECK(run({"plan", "--format", "json"}, ran, format) == 1);
    CHECK(ran == "plan");
    CHECK(format == "json");
}

TEST_CASE("trouble of any kind is status 2")
{
    std::string ran;
    std::string format = "text";
    CHECK(run({"fail"}, ran, format) == 2);
    CHECK(ran == "fail");
    for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                  {"paln"},
                                                  {"plan", "--formta", "json"},
                                                  {"plan", "--format", "xml"}}) {
        ran.clear();
        CHECK(run(wrong, ran, format) == 2);
        CHECK(ran.empty());
    }
    CHECK(run({"--help"}, ran, format) == 0);
}

TEST_CASE("the exit status follows from the report")
{
    const auto with = [](std::vector<Verdict> verdicts) {
        Report report;
        for (const auto verdict : verdicts)
            report.findings.push_back({.verdict = verdict});
        return exit_for(report);
    };
    CHECK(with({Verdict::Pass, Verdict::Info, Verdict::Waived}) == Exit::Clean);
    CHECK(with({Verdict::Pass, Verdict::Unknown}) == Exit::Trouble);
    CHECK(with({Verdict::Unknown, Verdict::Fail}) == Exit::Findings);
    CHECK(with({}) == Exit::Trouble);
}
