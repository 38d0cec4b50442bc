#include "armed_change.h"
#include "cli/transactions.h"
#include "ssh/key_inventory.h"
#include "steps/ssh.h"
#include "steps/ssh_login.h"
#include "system/local_node.h"
#include "system/one_login.h"

using namespace harden;

namespace {

struct Options {
    std::string format = "text";
    std::string user;
    std::string profile;
    int confirm_within = 0; // seconds; 0: as the settings say
    bool show_config = false;
    bool on_console = false;
    RollBackOptions back;
};

Result<SshPolicy> policy_of(const Host& host, const Options& options)
{
    return ssh_policy_from(TRY(ssh_settings(host)), options.profile);
}

Result<Exit> show_config(const Host& host)
{
    const auto settings = TRY(ssh_settings(host));
    TRY(ssh_policy_from(settings));
    print(show_settings(settings));
    return Exit::Clean;
}

// Who must be able to come back with a key, and over which connection.
Result<OperatorLogin> login_to_protect(const Host& host, const Options& options)
{
    auto login = TRY(operator_login(host));
    if (!options.user.empty() && options.user != login.user) {
        login.user = login.connection.user = options.user;
        login.fingerprint.clear(); // the key is another one's
    }
    if (login.user.empty())
        say("not run from an SSH login: at least one account must be able to log in with a key\n");
    return login;
}

void say_what_remains(const SshPreview& preview)
{
    for (const auto& change : preview.kept)
        say(cat("kept by a Match block: ", change.what, ", not ", change.to, "\n"));
    for (const auto& note : preview.notes)
        say(cat(note, "\n"));
}

Result<Exit> plan_and_show(const Node& node, const Options& options)
{
    const auto login = TRY(login_to_protect(node.host(), options));
    const auto preview = TRY(preview_ssh(node, TRY(policy_of(node.host(), options)), login));
    auto changes = preview.settings;
    changes.insert(changes.end(), preview.actions.begin(), preview.actions.end());
    const auto awaited = awaited_confirmation(node.host(), ssh_verb);
    if (awaited)
        changes.push_back(*awaited);
    print(options.format == "json" ? render_json(changes, "ssh-harden") : render_text(changes));
    say_what_remains(preview);
    return preview.actions.empty() && !awaited ? Exit::Clean : Exit::Findings;
}

Result<Exit> apply_change(Node& node, const Options& options)
{
    TRY(require_root());
    const auto policy = TRY(policy_of(node.host(), options));
    const auto arming = TRY(arming_of(options.confirm_within, policy.confirm_within));
    const auto login = TRY(login_to_protect(node.host(), options));
    TRY(make_run_directory(node.host()));
    return apply_armed_and_show(ssh_step(policy, login), node, "ssh-harden", ssh_verb,
                                options.format == "json" ? Format::Json : Format::Text, arming);
}

Result<Exit> show_status(const Node& node, const Options& options)
{
    const auto preview = TRY(preview_ssh(node, TRY(policy_of(node.host(), options)),
                                         TRY(login_to_protect(node.host(), options))));
    const auto record = last_of(node.host(), ssh_verb);
    if (!record && !record.is_absent())
        return record.error();
    if (options.format == "json") {
        print(render_json(preview.settings, "ssh-harden"));
    } else {
        print(cat("settings     ",
                  preview.actions.empty() ? "as wanted" : "not as wanted (harden ssh-harden plan)",
                  "\n"));
        print(cat("transaction  ",
                  record ? cat(record->id, ", ", state_of(*record, node.host())) : "none", "\n"));
    }
    say_what_remains(preview);
    const bool is_settled = !record || record->state == TxState::Committed;
    return preview.actions.empty() && is_settled ? Exit::Clean : Exit::Findings;
}

// Serves one login against the new settings on this program's own streams.
Result<Exit> rehearse_login(Host& host, const Options& options)
{
    TRY(require_root());
    TRY(make_run_directory(host));
    const auto login = TRY(login_to_protect(host, options));
    const auto rehearsal = TRY(rehearse(host, TRY(policy_of(host, options)), login));
    auto attempt = TRY(LoginRehearsal::prepare(host, rehearsal));
    const auto& seen = login.connection;
    const auto served = serve_one_login(
        attempt.server(), {seen.address, login.peer_port, seen.local_address, seen.local_port},
        [&] { return attempt.note_login(); });
    const auto outcome = attempt.finish();
    TRY(served);
    say(cat("rehearsed: ", TRY(outcome), "\n"));
    return Exit::Clean;
}

Result<Exit> show_keys(const Host& host, const Options& options)
{
    const auto inventory = TRY(key_inventory(host, TRY(policy_of(host, options))));
    print(options.format == "json" ? render_json(inventory) : render_text(inventory));
    if (!is_in_order(inventory))
        return Exit::Findings;
    return inventory.unread.empty() ? Exit::Clean : Exit::Trouble;
}

std::vector<Word> words(Node& node, Options& options)
{
    const Option user{"--user", "The account that must get in with a key; default: who logged in",
                      &options.user, "NAME"};
    const Option profile{"--profile",
                         "Instead of the one that the settings name",
                         &options.profile,
                         "NAME",
                         {"intermediate", "modern"}};
    const Option within{"--confirm-within", "The node takes it back after so long; default: 120",
                        &options.confirm_within, "SECONDS"};
    const auto unless_config = [&](auto run) {
        return [&node, &options, run]() -> Result<Exit> {
            return options.show_config ? show_config(node.host()) : run();
        };
    };
    return {{"plan",
             "The settings that would change, in sshd's own words",
             {user, profile},
             unless_config([&] { return plan_and_show(node, options); })},
            {"rehearse",
             "Serve one login against them on stdin and stdout, for ssh's ProxyCommand",
             {user, profile},
             unless_config([&] { return rehearse_login(node.host(), options); })},
            {"apply",
             "Change them; taken back unless confirmed",
             {user, profile, within},
             unless_config([&] { return apply_change(node, options); })},
            {"confirm",
             "Keep the change: from an SSH login newer than it",
             {console_option(&options.on_console)},
             unless_config([&] {
                 return confirm_last(node.host(), ssh_verb, options.on_console, options.format);
             })},
            {"rollback", "Put back what was there", roll_back_options(&options.back, Required::No),
             unless_config([&] {
                 return roll_back_later(node.host(), options.back, ssh_verb, options.format);
             })},
            {"status",
             "Whether the settings hold, and what waits for a confirmation",
             {user, profile},
             unless_config([&] { return show_status(node, options); })},
            {"keys", "Every authorized key of every account", {}, unless_config([&] {
                 return show_keys(node.host(), options);
             })},
            {"", "", {}, unless_config([]() -> Result<Exit> {
                 return Error{ErrorKind::Malformed, "no word given", "harden ssh-harden --help"};
             })}};
}

}

int main(int argc, char** argv)
{
    LocalNode local{no_firewall()};
    Options options;
    return run_tool({.name = "harden ssh-harden",
                     .summary = "Harden sshd without ever locking the operator out",
                     .options = {format_option(&options.format),
                                 {"--show-config", "Print the settings and their origins, and end",
                                  &options.show_config}},
                     .words = words(local.node(), options),
                     .footer =
                         "Files: /etc/harden/ssh.toml, /etc/ssh/sshd_config.d/00-harden.conf\n"
                         "Exit status: 0 as wanted, 1 changes pending, 2 trouble, 3 rolled "
                         "back, 4 needs a human"},
                    argc, argv);
}
