#include "armed_change.h"
#include "cli/transactions.h"
#include "firewall/policy.h"
#include "steps/firewall_status.h"
#include "steps/transaction.h"
#include "system/host_firewall_rehearsal.h"
#include "system/local_node.h"

using namespace harden;

namespace {

struct Options {
    std::string format = "text";
    std::string docker_host;
    std::string operator_address;
    int confirm_within = 0; // seconds; 0: as the policy says
    bool show_config = false;
    bool on_console = false;
    RollBackOptions back;
};

Result<FirewallPolicy> policy_of(const Host& host)
{
    return firewall_policy_from(TRY(firewall_settings(host)));
}

Result<Exit> show_config(const Host& host)
{
    const auto settings = TRY(firewall_settings(host));
    TRY(firewall_policy_from(settings));
    print(show_settings(settings));
    return Exit::Clean;
}

// What the unit and an undo shall run.
std::string program_of(const Host& host)
{
    return installed_program(host, firewall_program);
}

Result<std::optional<FirewallOperator>> whom_to_protect(const Host& host, const Options& options)
{
    if (!options.operator_address.empty())
        return std::optional{TRY(named_operator(
            host, options.operator_address, TRY(listening_ssh_ports(host, TRY(listeners(host))))))};
    if (options.on_console)
        return std::optional<FirewallOperator>{};
    auto connected = TRY(connected_operator(host));
    if (!connected)
        return Error{ErrorKind::Unsupported,
                     "not run from an SSH login, so nobody knows who must be let in",
                     "name an address: --operator ADDRESS, or say that you sit at the console: "
                     "--console"};
    return connected;
}

Result<FirewallOptions> what_to_apply(const Host& host, const Options& options)
{
    return FirewallOptions{TRY(policy_of(host)), TRY(whom_to_protect(host, options)),
                           rehearse_inbound, program_of(host)};
}

Format format_of(const Options& options)
{
    return options.format == "json" ? Format::Json : Format::Text;
}

void say_remarks(const FirewallView& view)
{
    for (const auto& remark : remarks(view))
        say(cat(remark, "\n"));
}

Result<Exit> plan_and_show(const Node& node, const Options& options)
{
    TRY(require_root());
    const auto wanted = TRY(what_to_apply(node.host(), options));
    const auto view = TRY(view_firewall(node, wanted.policy));
    auto changes = closing_ports(view);
    for (auto& change : TRY(plan(firewall_step(wanted), node)))
        changes.push_back(std::move(change));
    if (const auto awaited = awaited_confirmation(node.host(), firewall_verb))
        changes.push_back(*awaited);
    say_remarks(view);
    if (format_of(options) == Format::Json)
        print(render_json(changes, "firewall"));
    else
        print(cat(ports_text(view), render_text(changes)));
    return changes.empty() ? Exit::Clean : Exit::Findings;
}

Result<Exit> apply_change(Node& node, const Options& options)
{
    TRY(require_root());
    const auto wanted = TRY(what_to_apply(node.host(), options));
    const auto arming = TRY(arming_of(options.confirm_within, wanted.policy.confirm_within));
    if (!wanted.protects)
        say("at the console: nobody's way in is rehearsed\n");
    say_remarks(TRY(view_firewall(node, wanted.policy)));
    return apply_armed_and_show(firewall_step(wanted), node, "firewall", firewall_verb,
                                format_of(options), arming);
}

Result<Exit> remove_all(Node& node, const Options& options)
{
    TRY(require_root());
    return apply_and_show(firewall_removal_step(program_of(node.host())), node, "firewall",
                          format_of(options));
}

Result<Exit> restore_all(Node& node)
{
    TRY(require_root());
    // a change that is being taken back, and the boot's own load, one after the other
    const auto held = TRY(exclusive(node.host(), "firewall restore", std::chrono::seconds{80}));
    TRY(restore_firewall(node));
    return Exit::Clean;
}

Result<Exit> show_status(const Node& node, const Options& options)
{
    TRY(require_root());
    const auto status =
        TRY(firewall_status(node, TRY(policy_of(node.host())), program_of(node.host())));
    print(format_of(options) == Format::Json ? render_json(status) : render_text(status));
    return status.view.is_in_force && status.drift.empty() && status.is_settled ? Exit::Clean
                                                                                : Exit::Findings;
}

std::vector<Word> words(Options& options)
{
    const Option address{
        "--operator", "Who must be able to log in afterwards; default: who logged in to run this",
        &options.operator_address, "ADDRESS"};
    const Option console{"--console", "Run at the console or by cron: protect nobody's login",
                         &options.on_console};
    const Option within{"--confirm-within", "The node takes it back after so long; default: 120",
                        &options.confirm_within, "SECONDS"};
    const auto on_node = [&options](auto run) {
        return [&options, run]() -> Result<Exit> {
            LocalNode local{kernel_firewall(), options.docker_host};
            return options.show_config ? show_config(local.node().host())
                                       : run(local.node(), options);
        };
    };
    return {
        {"plan",
         "The ports that would close, and the rules",
         {address, console},
         on_node(plan_and_show)},
        {"apply",
         "Put the rules in force; taken back unless confirmed",
         {address, console, within},
         on_node(apply_change)},
        {"confirm",
         "Keep the change: from an SSH login newer than it",
         {console_option(&options.on_console)},
         on_node([](Node& node, const Options& with) {
             return confirm_last(node.host(), firewall_verb, with.on_console, with.format);
         })},
        {"rollback", "Put back what was there", roll_back_options(&options.back, Required::No),
         on_node([](Node& node, const Options& with) {
             return roll_back_later(node.host(), with.back, firewall_verb, with.format);
         })},
        {"remove", "No rule, unit or record of ours is left", {}, on_node(remove_all)},
        {"restore",
         "Put the recorded rules back into the kernel (for the unit)",
         {},
         on_node([](Node& node, const Options&) { return restore_all(node); })},
        {"status", "Whether the rules are in force, and what is open", {}, on_node(show_status)},
        {"", "", {}, on_node([](Node&, const Options&) -> Result<Exit> {
             return Error{ErrorKind::Malformed, "no word given", "harden firewall --help"};
         })}};
}

}

int main(int argc, char** argv)
{
    Options options;
    return run_tool({.name = "harden firewall",
                     .summary = "Deny what comes in from outside unless it is allowed",
                     .options = {format_option(&options.format),
                                 {"--docker-host", "Docker's socket", &options.docker_host, "URL"},
                                 {"--show-config", "Print the policy and its origins, and end",
                                  &options.show_config}},
                     .words = words(options),
                     .footer = "Files: /etc/harden/firewall.toml, /var/lib/harden/firewall.nft\n"
                               "Exit status: 0 as wanted, 1 changes pending, 2 trouble, 3 rolled "
                               "back, 4 needs a human"},
                    argc, argv);
}
