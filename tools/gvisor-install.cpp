#include "checks/verify_rules.h"
#include "cli/tool.h"
#include "cli/transactions.h"
#include "daemonjson/settle.h"
#include "gvisor/layout.h"
#include "gvisor/names.h"
#include "gvisor/obtain.h"
#include "gvisor/platform.h"
#include "gvisor/prove.h"
#include "gvisor/releases.h"
#include "gvisor/status.h"
#include "gvisor/unfit.h"
#include "steps/gvisor.h"
#include "steps/gvisor_runtime.h"
#include "steps/transaction.h"
#include "system/digest.h"
#include "system/https_download.h"
#include "system/local_node.h"
#include "system/packet_attempts.h"
#include "system/signature.h"

using namespace harden;

namespace {

constexpr auto verb = "gvisor-install";

struct Asked {
    GvisorAsked source;
    bool is_default = false;
    bool show_config = false;
    std::string to;      // a kept release
    std::string runtime; // to prove
    std::vector<std::string> restart_for;
    std::string format = "text";

    Format output() const { return format == "json" ? Format::Json : Format::Text; }
    bool has_source() const { return !source.from.empty() || !source.release.empty(); }
};

// The unpacked release has to outlive the step that installs it.
struct Prepared {
    GvisorSettings settings;
    std::optional<Staging> staging;
    std::optional<SignedManifest> manifest;
    GvisorWanted wanted;
};

GvisorTools tools()
{
    return {.sha512 = sha512, .check = check_signature, .download = https_download};
}

Result<GvisorSettings> settings_of(const Host& host)
{
    return gvisor_settings_from(TRY(gvisor_settings_document(host)));
}

Result<Prepared> prepared(Host& host, const Asked& asked)
{
    Prepared ready{.settings = TRY(settings_of(host)),
                   .wanted = {.is_default = asked.is_default, .sha512 = sha512}};
    ready.wanted.keys = TRY(key_table(TRY(key_settings(host))));
    ready.wanted.platform = TRY(choose_platform(host, ready.settings.platform)).name;
    if (!asked.has_source() && asked.to.empty())
        return ready;
    ready.staging.emplace(TRY(Staging::make(host)));
    const auto& staging = ready.staging->path();
    if (!asked.to.empty()) {
        ready.wanted.bundle = TRY(kept_bundle(host, asked.to, sha512));
        ready.wanted.bundle->scratch = staging / "state";
        return ready;
    }
    auto obtained = TRY(obtain(host, asked.source, ready.settings, tools(), staging));
    ready.wanted.bundle = std::move(obtained.bundle);
    ready.manifest = std::move(obtained.manifest);
    return ready;
}

void say_trust(const Prepared& ready)
{
    if (!ready.wanted.bundle)
        return;
    const auto& bundle = *ready.wanted.bundle;
    if (bundle.trust == Trust::Nothing)
        say("warning: installing without a checksum, as --allow-unverified says\n");
    say(cat(bundle.release, ": verified by ", name_of(bundle.trust), "\n"));
}

Result<std::vector<Unfit>> unfit(const Node& node, const Asked& asked)
{
    return asked.is_default ? unfit_containers(node) : std::vector<Unfit>{};
}

Result<Exit> show_pending(Node& node, const Asked& asked)
{
    TRY(require_root());
    auto ready = TRY(prepared(node.host(), asked));
    say_trust(ready);
    const auto stopping = TRY(unfit(node, asked));
    const auto changes = TRY(plan(gvisor_step(std::move(ready.wanted)), node));
    if (asked.output() == Format::Json)
        print(with_unfit(render_json(changes, verb), stopping));
    else
        print(cat(render_text(changes), render_text(stopping)));
    return changes.empty() ? Exit::Clean : Exit::Findings;
}

// What is left to do once it stands; a failure of it takes nothing back.
void tidy_up(Host& host, std::size_t kept)
{
    const auto forgotten = forget_downloads(host);
    if (!forgotten)
        say_problem(forgotten.error());
    const auto gone = prune_gvisor(host, kept);
    if (!gone)
        return say_problem(gone.error());
    for (const auto& name : *gone)
        say(cat("removed ", name, ": ", std::to_string(kept), " releases are kept\n"));
}

Result<Exit> install(Node& node, const Asked& asked)
{
    TRY(require_root());
    auto ready = TRY(prepared(node.host(), asked));
    say_trust(ready);
    say(render_text(TRY(unfit(node, asked))));
    if (ready.manifest)
        TRY(remember_manifest(node.host(), ready.settings, check_signature, *ready.manifest));
    const bool has_bundle = ready.wanted.bundle.has_value();
    const auto exit =
        TRY(apply_and_show(gvisor_step(std::move(ready.wanted)), node, verb, asked.output()));
    if (exit == Exit::Clean && has_bundle)
        tidy_up(node.host(), ready.settings.kept);
    return exit;
}

Result<Exit> show_status(const Node& node, const Asked& asked)
{
    const auto& host = node.host();
    const auto ages = TRY(verify_rules_from(TRY(verify_settings(host)))).gvisor;
    const auto settings = TRY(settings_of(host));
    auto status = TRY(gvisor_status(node, {.sha512 = sha512,
                                           .arguments = gvisor_arguments(host),
                                           .old_after = ages.old_after,
                                           .outdated_after = ages.outdated_after}));
    const auto seen = seen_manifest(host, settings, check_signature);
    if (seen)
        status.manifest =
            cat(std::to_string(seen->manifest.sequence), " of ", seen->manifest.issued);
    else if (!seen.is_absent())
        status.manifest = escaped(seen.error().message);
    print(asked.output() == Format::Json ? render_json(status) : render_text(status));
    if (!status.docker_answers)
        return Exit::Trouble;
    return status.is_as_wanted() ? Exit::Clean : Exit::Findings;
}

Result<Exit> go_back(Node& node, const Asked& asked)
{
    TRY(require_root());
    if (!asked.to.empty())
        return install(node, asked);
    return std::move(undo_last(node.host(), "gvisor-install apply", asked.format))
        .hint("gvisor-install rollback --to RELEASE: status lists those that are there");
}

Result<Exit> prove(Node& node, const Asked& asked)
{
    const auto canary = TRY(canary_program(node.host()));
    if (!asked.runtime.empty()) {
        print(cat(asked.runtime, ": ", TRY(prove_gvisor(node, asked.runtime, canary)), "\n"));
        return Exit::Clean;
    }
    print(cat("runsc: ", TRY(prove_gvisor(node, gvisor_runtime_name, canary)), "\n"));
    if (asked.is_default)
        print(cat("default: ", TRY(prove_gvisor(node, "", canary)), "\n"));
    const auto platform = TRY(choose_platform(node.host(), TRY(settings_of(node.host())).platform));
    print(cat("platform: ", platform.name, ": ", platform.why, "\n"));
    const auto names = names_on_user_network(node, gvisor_runtime_name, canary);
    if (!names)
        print(cat("names on user-defined networks: unknown: ", names.error().message, "\n"));
    else if (*names == Names::Resolve)
        print("names on user-defined networks: resolve\n");
    else
        print(cat(explain_names(gvisor_runtime_name), "\n"));
    return Exit::Clean;
}

Result<Exit> settle_daemon(Node& node, const Asked& asked)
{
    TRY(require_root());
    TRY(settle(node, asked.restart_for, accepts_connection));
    return Exit::Clean;
}

Result<Exit> show_config(const Host& host, const Asked& asked)
{
    if (!asked.show_config)
        return Error{ErrorKind::Malformed, "say what to do", "harden gvisor-install --help"};
    const auto document = TRY(gvisor_settings_document(host));
    TRY(gvisor_settings_from(document));
    print(show_settings(document));
    return Exit::Clean;
}

std::vector<Option> source_options(Asked& asked)
{
    return {
        {"--from",
         "An archive of a release or its https address, a directory of one, or a loose runsc; "
         "without it the installed release",
         &asked.source.from, "PATH|URL"},
        {"--release", "Fetch this release, or the \"latest\" that the manifest names",
         &asked.source.release, "R"},
        {"--allow-unverified", "Install also what nobody vouches for",
         &asked.source.allow_unverified},
        {"--default", "Also for containers that ask for no runtime", &asked.is_default},
        format_option(&asked.format),
    };
}

}

int main(int argc, char** argv)
{
    Asked asked;
    LocalNode local{no_firewall()};
    auto& node = local.node();
    const Option format = format_option(&asked.format);
    const Option by_default{"--default", "Also for containers that ask for no runtime",
                            &asked.is_default};
    const Tool tool{
        .name = "harden gvisor-install",
        .summary = "Install, upgrade, prove and roll back gVisor (runsc)",
        .options = {{"--show-config", "Print the effective settings and where each came from",
                     &asked.show_config}},
        .words =
            {
                {"plan", "Print what apply would change; 1 where something would",
                 source_options(asked), [&] { return show_pending(node, asked); }},
                {"apply",
                 "Verify, install beside the releases that are there, try, switch, register, prove",
                 source_options(asked), [&] { return install(node, asked); }},
                {"status",
                 "Print releases, their age, registration, drift and sandboxes of other releases",
                 {format},
                 [&] { return show_status(node, asked); }},
                {"rollback",
                 "Undo the last apply, or switch to a release that is kept",
                 {{"--to", "The release to switch to, tried and proven first", &asked.to,
                   "RELEASE"}},
                 [&] { return go_back(node, asked); }},
                {"prove",
                 "Start containers that tell which kernel they see and whether names resolve",
                 {by_default, {"--runtime", "This one alone", &asked.runtime, "NAME"}},
                 [&] { return prove(node, asked); }},
                {"settle",
                 "Bring the running dockerd to what its file says; containers keep running",
                 {{"--restart-for", "A key that needs a restart", &asked.restart_for, "KEY"}},
                 [&] { return settle_daemon(node, asked); }},
                {"", "", {}, [&] { return show_config(node.host(), asked); }},
            },
        .footer = "Files: /usr/local/lib/gvisor/RELEASE, current -> RELEASE; "
                  "/etc/harden/gvisor.toml\n"
                  "Exit status: 0 as wanted, 1 findings or changes pending, 2 trouble, 3 failed "
                  "and rolled back, 4 needs a human",
    };
    return run_tool(tool, argc, argv);
}
