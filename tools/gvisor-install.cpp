#include "cli/tool.h"
#include "cli/transactions.h"
#include "daemonjson/settle.h"
#include "gvisor/layout.h"
#include "gvisor/prove.h"
#include "gvisor/status.h"
#include "steps/gvisor.h"
#include "steps/transaction.h"
#include "system/digest.h"
#include "system/local_node.h"
#include "system/packet_attempts.h"

using namespace harden;

namespace {

struct Asked {
    std::string from;
    bool allow_unverified = false;
    bool is_default = false;
    std::vector<std::string> restart_for;
    std::string format = "text";

    Format output() const { return format == "json" ? Format::Json : Format::Text; }
};

// The unpacked release has to outlive the step that installs it.
struct Prepared {
    std::optional<Staging> staging;
    GvisorWanted wanted;
};

Result<Prepared> prepared(Host& host, const Asked& asked)
{
    Prepared ready{.wanted = {.is_default = asked.is_default, .sha512 = sha512}};
    ready.wanted.keys = TRY(key_table(TRY(key_settings(host))));
    if (asked.from.empty())
        return ready;
    ready.staging.emplace(TRY(Staging::make(host)));
    const GvisorSource source{asked.from, asked.allow_unverified};
    ready.wanted.bundle = TRY(gvisor_bundle(host, source, ready.staging->path(), sha512));
    if (!ready.wanted.bundle->is_verified)
        say("warning: installing without a checksum, as --allow-unverified says\n");
    return ready;
}

Result<Exit> show_pending(Node& node, const Asked& asked)
{
    TRY(require_root());
    auto ready = TRY(prepared(node.host(), asked));
    return show_plan(gvisor_step(std::move(ready.wanted)), node, "gvisor-install", asked.output());
}

Result<Exit> install(Node& node, const Asked& asked)
{
    TRY(require_root());
    auto ready = TRY(prepared(node.host(), asked));
    return apply_and_show(gvisor_step(std::move(ready.wanted)), node, "gvisor-install",
                          asked.output());
}

Result<Exit> show_status(const Node& node, const Asked& asked)
{
    const auto status = TRY(gvisor_status(node, sha512));
    print(asked.output() == Format::Json ? render_json(status) : render_text(status));
    if (!status.docker_answers)
        return Exit::Trouble;
    return status.is_as_wanted() ? Exit::Clean : Exit::Findings;
}

Result<Exit> prove(Node& node, const Asked& asked)
{
    const auto canary = TRY(canary_program(node.host()));
    print(cat("runsc: ", TRY(prove_gvisor(node, gvisor_runtime_name, canary)), "\n"));
    if (asked.is_default)
        print(cat("default: ", TRY(prove_gvisor(node, "", canary)), "\n"));
    return Exit::Clean;
}

Result<Exit> settle_daemon(Node& node, const Asked& asked)
{
    TRY(require_root());
    TRY(settle(node, asked.restart_for, accepts_connection));
    return Exit::Clean;
}

}

int main(int argc, char** argv)
{
    Asked asked;
    LocalNode local{no_firewall()};
    auto& node = local.node();
    const Option from{"--from",
                      "gvisor.tar.bz2 or .zst with its .sha512 beside it, or a directory of a "
                      "release; the installed release where not given",
                      &asked.from, "PATH"};
    const Option unverified{"--allow-unverified", "Install also what has no checksum",
                            &asked.allow_unverified};
    const Option by_default{"--default", "Also for containers that ask for no runtime",
                            &asked.is_default};
    const Option format = format_option(&asked.format);
    const Tool tool{
        .name = "harden gvisor-install",
        .summary = "Install, upgrade, prove and roll back gVisor (runsc)",
        .words =
            {
                {"plan",
                 "Print what apply would change; 1 where something would",
                 {from, unverified, by_default, format},
                 [&] { return show_pending(node, asked); }},
                {"apply",
                 "Verify, install beside the releases that are there, switch, register, prove",
                 {from, unverified, by_default, format},
                 [&] { return install(node, asked); }},
                {"status",
                 "Print releases, registration and drift",
                 {format},
                 [&] { return show_status(node, asked); }},
                {"rollback",
                 "Undo the last apply",
                 {},
                 [&]() -> Result<Exit> {
                     TRY(require_root());
                     return undo_last(node.host(), "gvisor-install apply", asked.format);
                 }},
                {"prove",
                 "Start a container that tells which kernel it sees",
                 {by_default},
                 [&] { return prove(node, asked); }},
                {"settle",
                 "Bring the running dockerd to what its file says; containers keep running",
                 {{"--restart-for", "A key that needs a restart", &asked.restart_for, "KEY"}},
                 [&] { return settle_daemon(node, asked); }},
            },
        .footer = "Files: /usr/local/lib/gvisor/RELEASE, current -> RELEASE\n"
                  "Exit status: 0 as wanted, 1 findings or changes pending, 2 trouble, 3 failed "
                  "and rolled back, 4 needs a human",
    };
    return run_tool(tool, argc, argv);
}
