#include "steps/adopt.h"

#include "cli/tool.h"
#include "steps/adopt_rules.h"
#include "system/local_node.h"

using namespace harden;

namespace {

void say_notes(const Node& node)
{
    for (const auto& note : adoption_notes(node))
        say(cat("note: ", note, "\n"));
}

}

int main(int argc, char** argv)
{
    std::string format = "text";
    const auto wanted = [&] { return format == "json" ? Format::Json : Format::Text; };
    const auto plan = [&]() -> Result<Exit> {
        TRY(require_root());
        LocalNode local{kernel_firewall()};
        say_notes(local.node());
        return show_plan(adopt_step(), local.node(), "adopt", wanted());
    };
    const auto apply = [&]() -> Result<Exit> {
        TRY(require_root());
        LocalNode local{kernel_firewall()};
        say_notes(local.node());
        return apply_and_show(adopt_step(), local.node(), "adopt", wanted());
    };
    const auto restore = []() -> Result<Exit> {
        TRY(require_root());
        LocalHost host;
        TRY(put_old_rules_back(host));
        return Exit::Clean;
    };
    const Tool tool{
        .name = "harden adopt",
        .summary = "Replace what older shell scripts left on this node, as one change",
        .options = {format_option(&format)},
        .words =
            {{"plan", "Show what they left and what apply would change", {}, plan},
             {"apply", "Our policy and detector in, theirs out", {}, apply},
             {"restore", "Put back the rules of DOCKER-USER: what a rollback runs", {}, restore}},
        .footer = "harden tx rollback ID puts everything back. Exit status: 0 nothing of theirs is "
                  "left,\n1 changes pending, 2 trouble, 3 failed and rolled back, 4 needs a human.",
    };
    return run_tool(tool, argc, argv);
}
