#include "cli/manual.h"
#include "support/catch.hpp"

using namespace harden;

static Tool sample(std::string* format, std::vector<std::string>* paths, bool* quiet)
{
    return {.name = "harden sample",
            .summary = "Looks at samples",
            .options = {format_option(format)},
            .words = {{"", "", {{"path", "What to look at", paths, "PATH"}}, {}},
                      {"plan",
                       "Print what apply would change",
                       {{"-q,--quiet", "Say nothing", quiet}},
                       {}}},
            .footer = "Files: /etc/harden/sample.toml\nExit status: 0 as wanted, 2 trouble"};
}

TEST_CASE("a manual page names the tool, its words, its options and the whole page")
{
    std::string format;
    std::vector<std::string> paths;
    bool quiet = false;
    CHECK(manual_page(sample(&format, &paths, &quiet), "1.2.3") ==
          ".TH HARDEN\\-SAMPLE 1 \"\" \"harden 1.2.3\" \"harden\"\n"
          ".SH NAME\nharden\\-sample \\- Looks at samples\n"
          ".SH SYNOPSIS\n\\fBharden sample\\fR [\\fIoptions\\fR] [\\fIPATH\\fR…]\n"
          ".br\n\\fBharden sample plan\\fR [\\fIoptions\\fR]\n"
          ".SH WORDS\n.TP\n\\fBplan\\fR\nPrint what apply would change\n"
          ".RS\n.TP\n\\fB\\-q\\fR, \\fB\\-\\-quiet\\fR\nSay nothing\n.RE\n"
          ".SH OPTIONS\n.TP\n\\fB\\-\\-format\\fR \\fItext|json\\fR\nHow to print the answer\n"
          ".TP\n\\fIPATH\\fR\nWhat to look at\n"
          ".SH NOTES\nFiles: /etc/harden/sample.toml\n"
          ".PP\nExit status: 0 as wanted, 2 trouble\n"
          ".SH FILES\n/usr/share/doc/harden/sample.md: the whole page\n"
          ".SH SEE ALSO\n\\fBharden\\fR(1)\n");
}

TEST_CASE("the dispatcher's page leads to those of its verbs")
{
    const Tool tool{.name = "harden",
                    .summary = "finds the verb",
                    .words = {{"setup", "makes", {}, {}}, {"tx", "undoes", {}, {}}}};
    const auto page = manual_page(tool, "1");
    CHECK(page.find(".SH SEE ALSO\n\\fBharden\\-setup\\fR(1),\n\\fBharden\\-tx\\fR(1)\n") !=
          std::string::npos);
    CHECK(page.find("/usr/share/doc/harden/harden.md") != std::string::npos);
}

TEST_CASE("text cannot become a request of the formatter")
{
    const Tool tool{.name = "harden x", .summary = ".so /etc/passwd \\fBx", .footer = "'\\\" y"};
    const auto page = manual_page(tool, "1");
    CHECK(page.find("\\- \\&.so /etc/passwd \\efBx\n") != std::string::npos);
    CHECK(page.find(".SH NOTES\n\\&'\\e\" y\n") != std::string::npos);
}

TEST_CASE("a tool that calls itself by its verb has the same page")
{
    const auto page =
        manual_page({.name = "setup", .summary = "makes", .footer = "Runs\nagain."}, "1");
    CHECK(page.starts_with(".TH HARDEN\\-SETUP 1 "));
    CHECK(page.find("/usr/share/doc/harden/setup.md") != std::string::npos);
    CHECK(page.find(".SH NOTES\nRuns\nagain.\n") != std::string::npos);
}
