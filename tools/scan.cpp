#include "cli/tool.h"
#include "dockerfile/scan_formats.h"
#include "scan_answers.h"
#include "system/local_node.h"

using namespace harden;

int main(int argc, char** argv)
{
    ScanAsked asked;
    LocalNode local{no_firewall()};
    const auto& node = local.node();
    const Tool tool{
        .name = "harden scan",
        .summary = "Judge Dockerfiles, compose files, images and start commands before deployment",
        .words =
            {
                {"",
                 "",
                 {{"path", "Files, directories, or - for standard input", &asked.paths, "PATH"},
                  {"--start-command", "A start command or a docker run line", &asked.start_command,
                   "TEXT"},
                  {"--image", "An image of this machine's Docker: its config and history",
                   &asked.images, "NAME"},
                  {"--as",
                   "What standard input is",
                   &asked.kind,
                   "KIND",
                   {"dockerfile", "compose", "command", "script"}},
                  {"--run-args",
                   "Judge compose services and docker run lines by the mandatory limits too",
                   &asked.run_args},
                  {"--tier", "The tier that --run-args judges by; any that fits", &asked.tier,
                   "TIER"},
                  {"--print-run-args", "Print every mandatory option of docker run for a tier",
                   &asked.print_run_args, "TIER"},
                  {"--fail-on",
                   "The least verdict that is a finding",
                   &asked.fail_on,
                   "VERDICT",
                   {"review", "reject"}},
                  {"--format", "How to print", &asked.format, "FORMAT", scan_formats()},
                  {"--explain", "What a rule looks for and why", &asked.explain, "RULE"},
                  {"--no-ignore", "Look at what .gitignore files leave out as well",
                   &asked.no_ignore},
                  {"--self-test", "Judge each rule's own examples", &asked.self_test},
                  {"--show-config", "Print the rules and where each came from",
                   &asked.show_config}},
                 [&] { return answer(node, asked); }},
            },
        .footer = "Files: /etc/harden/scan.toml (rules), /etc/harden/scan-suppressions.toml\n"
                  "Exit status: 0 nothing to reject, 1 findings, 2 trouble",
    };
    return run_tool(tool, argc, argv);
}
