#include "ssh/rehearsal.h"

#include "ssh/cloud_init.h"
#include "ssh/key_login.h"
#include "ssh/match_blocks.h"
#include "ssh/spared_keys.h"
#include "ssh/unread_settings.h"

#include <algorithm>

namespace harden {

namespace {

struct Rehearsing {
    const Host& host;
    const SshPolicy& policy;
    const OperatorLogin& login;
    std::vector<SshdDirective> directives;
    std::vector<MatchBlock> blocks;
    std::vector<std::pair<SshConnection, SshdSettings>> before;
};

}

static Result<> check_place(const Host& host, SshRehearsal& rehearsal)
{
    const auto text = TRY(host.read(sshd_config_file)
                              .during(cat("read ", sshd_config_file))
                              .hint("install openssh-server"));
    const auto place = place_of_drop_in(parse_sshd_config(text, sshd_config_file));
    if (place.place == IncludePlace::AfterMatch)
        return Error{ErrorKind::Unsupported,
                     cat(sshd_config_file, ": the Match block at ", place.position,
                         " stands before the Include of sshd_config.d, so that a drop-in would "
                         "hold for that block only"),
                     "move the Include line to the top of the file"};
    if (place.place == IncludePlace::Missing)
        rehearsal.main_file = with_include(text);
    return done;
}

// The operator as this login came, strangers from both internets and, where Match blocks tell
// people apart, every account and a connection for each block.
static Result<std::vector<SshConnection>> connections_to_ask(const Rehearsing& rehearsing)
{
    std::vector<SshConnection> connections{{}};
    if (!rehearsing.login.user.empty())
        connections.push_back(rehearsing.login.connection);
    if (rehearsing.blocks.empty())
        return connections;
    connections.push_back({.address = "2001:db8::1", .local_address = "2001:db8::2"});
    constexpr std::size_t most_accounts = 64;
    for (const auto& account : TRY(login_accounts(rehearsing.host)))
        if (connections.size() < most_accounts)
            connections.push_back({.user = account.name});
    for (const auto& block : rehearsing.blocks)
        connections.push_back(block.connection);
    std::vector<SshConnection> unique;
    for (auto& connection : connections)
        if (std::ranges::find(unique, connection) == unique.end())
            unique.push_back(std::move(connection));
    return unique;
}

// The line that says what is in force. A condition beats what holds for all; only the stranger
// falls under none, as a rule.
static const SshdDirective* origin_of(const Rehearsing& rehearsing, const Change& change,
                                      const SshConnection& connection)
{
    const auto name = parse_sshd_config(change.what, {}).front().name;
    const SshdDirective* found = nullptr;
    for (const auto& directive : rehearsing.directives) {
        if (directive.file == sshd_drop_in_file || directive.name != name ||
            directive.arguments.empty() ||
            canonical_sshd_value(directive.arguments.front()) != canonical_sshd_value(change.from))
            continue;
        const bool is_preferred = directive.is_conditional == !(connection == SshConnection{});
        if (found == nullptr || (is_preferred && found->is_conditional != directive.is_conditional))
            found = &directive;
    }
    return found;
}

static Result<> judge_weaker(const Rehearsing& rehearsing, const SshConnection& connection,
                             const Changes& found, SshRehearsal& rehearsal)
{
    for (const auto& change : found) {
        const auto* origin = origin_of(rehearsing, change, connection);
        const auto what = cat(origin == nullptr ? "" : cat(position_of(*origin), ": "), change.what,
                              " ", change.from);
        const auto seen_with = cat("sshd -T -C ", to_text(connection));
        const bool is_match =
            origin == nullptr ? !rehearsing.blocks.empty() : origin->is_conditional;
        if (!is_match)
            return Error{ErrorKind::Unsupported,
                         cat(what, " would still be in force, not ", change.to),
                         "remove that line; the first value that sshd reads wins"};
        if (rehearsing.policy.match_blocks == MatchBlocks::Refuse)
            return Error{
                ErrorKind::Unsupported,
                cat(what, " would still be in force, not ", change.to, " (", seen_with,
                    "): a Match block beats every drop-in"),
                cat("remove that line, or set match_blocks = \"keep\" in ", site_ssh_policy)};
        rehearsal.kept.push_back({cat(what, " (", seen_with, ")"), change.from, change.to});
    }
    return done;
}

// What changes for everybody stands in the plan once.
static void add_changes(SshRehearsal& rehearsal, const SshConnection& connection,
                        const SshdSettings& before, const SshdSettings& after)
{
    const bool is_stranger = connection == SshConnection{};
    const auto whose = is_stranger ? std::string{} : cat(" for ", to_text(connection));
    for (const auto& setting : rehearsal.wanted) {
        const auto from = before.joined(setting.name);
        const auto to = after.joined(setting.name);
        const auto is_told = [&](const Change& change) {
            return change.what == setting.name && change.from == from && change.to == to;
        };
        if (from != to && std::ranges::none_of(rehearsal.settings, is_told))
            rehearsal.settings.push_back({cat(setting.name, whose), from, to});
    }
}

static Result<> ask_about(Rehearsing& rehearsing, const SshConnection& connection,
                          const std::string& future, SshRehearsal& rehearsal)
{
    const auto& host = rehearsing.host;
    auto before = TRY(effective_sshd_settings(host, connection));
    auto after = TRY(rehearsed_sshd_settings(host, future, connection));
    TRY(judge_weaker(rehearsing, connection, weaker(rehearsing.policy, rehearsal.wanted, after),
                     rehearsal));
    TRY(admits_keys(after));
    add_changes(rehearsal, connection, before, after);
    rehearsal.expected.emplace_back(connection, std::move(after));
    rehearsing.before.emplace_back(connection, std::move(before));
    return done;
}

// One of the connections that were asked about, else the stranger's.
static const SshdSettings&
settings_for(const std::vector<std::pair<SshConnection, SshdSettings>>& answers,
             const SshConnection& connection)
{
    for (const auto& [asked, settings] : answers)
        if (asked == connection)
            return settings;
    return answers.front().second;
}

// A node that takes the change back must let the operator in as well.
static Result<> operator_can_log_in(const Rehearsing& rehearsing, const SshRehearsal& rehearsal)
{
    const auto& login = rehearsing.login;
    const auto account = TRY(account_named(rehearsing.host, login.user));
    const auto& before = settings_for(rehearsing.before, login.connection);
    const auto turned_away =
        TRY(why_not_admitted(rehearsing.host, {account, login, before, before}));
    if (!turned_away.empty())
        return Error{
            ErrorKind::Failed,
            cat("sshd's files as they are would lock you out at its next reload: ", turned_away),
            "put that right first"};
    return can_log_in(rehearsing.host,
                      {account, login, before, settings_for(rehearsal.expected, login.connection)});
}

static Result<> somebody_can_log_in(const Rehearsing& rehearsing, const SshRehearsal& rehearsal)
{
    const auto& host = rehearsing.host;
    if (!rehearsing.login.user.empty())
        return operator_can_log_in(rehearsing, rehearsal);
    Error last{ErrorKind::Failed, "no account that people log in to", {}};
    for (const auto& account : TRY(login_accounts(host))) {
        const OperatorLogin anybody{.user = account.name, .connection = {.user = account.name}};
        auto able =
            can_log_in(host, {account, anybody, settings_for(rehearsing.before, anybody.connection),
                              settings_for(rehearsal.expected, anybody.connection)});
        if (able)
            return done;
        if (account.id != 0 || last.hint.empty())
            last = able.error();
    }
    return last;
}

static Result<> decide(const Host& host, const SshPolicy& policy, SshRehearsal& rehearsal)
{
    const auto without_ours = TRY(rehearsed_sshd_settings(host, TRY(rehearsal_text(host, {}))));
    rehearsal.wanted = TRY(wanted_settings(policy, without_ours));
    rehearsal.notes = left_out(policy, without_ours);
    for (auto& note : TRY(spare_keys(host, policy, without_ours, rehearsal.wanted)))
        rehearsal.notes.push_back(std::move(note));
    rehearsal.drop_in = drop_in_text(rehearsal.wanted);
    const auto passwords =
        std::ranges::find(rehearsal.wanted, "PasswordAuthentication", &SshWanted::name);
    if (passwords == rehearsal.wanted.end() || passwords->value != "no")
        return done;
    rehearsal.cloud_init = cloud_init_text(host);
    if (rehearsal.cloud_init)
        for (const auto& later : TRY(later_cloud_settings(host)))
            rehearsal.notes.push_back(cat("cloud-init reads it after our file: ", later));
    return done;
}

// What neither sshd's answers nor the login that is there can tell.
static std::string unproven(const Rehearsing& rehearsing, const SshRehearsal& rehearsal)
{
    const auto& before = settings_for(rehearsing.before, rehearsing.login.connection);
    for (const auto& setting : rehearsal.wanted)
        if (setting.name == "KexAlgorithms" && is_post_quantum_only(setting.value) &&
            !is_post_quantum_only(before.joined(setting.name)))
            return "only post-quantum key exchanges would be left, and nothing proves that your "
                   "ssh client has one";
    const auto file = unread_file(rehearsing.host, rehearsing.directives, before);
    if (file.empty())
        return {};
    return cat(escaped(file), " was changed after sshd read it: a reload would bring in what no "
                              "login has tried");
}

Result<SshRehearsal> rehearse(const Host& host, const SshPolicy& policy, const OperatorLogin& login)
{
    SshRehearsal rehearsal;
    TRY(check_place(host, rehearsal));
    TRY(decide(host, policy, rehearsal));
    rehearsal.configuration = TRY(rehearsal_text(host, rehearsal.drop_in));
    const Command test{sshd_program, "-t", "-f", "/dev/stdin"};
    TRY(succeeded(host.query(test, {.input = rehearsal.configuration}), test).during("rehearse"));

    Rehearsing rehearsing{host, policy, login, TRY(read_sshd_config(host)), {}, {}};
    rehearsing.blocks = TRY(match_blocks(host, rehearsing.directives));
    for (const auto& connection : TRY(connections_to_ask(rehearsing)))
        TRY(ask_about(rehearsing, connection, rehearsal.configuration, rehearsal));
    TRY(somebody_can_log_in(rehearsing, rehearsal));
    rehearsal.unproven = unproven(rehearsing, rehearsal);
    return rehearsal;
}

Result<> check_proof(const Host& host, const SshRehearsal& rehearsal)
{
    if (rehearsal.unproven.empty())
        return done;
    const auto record = host.read(ssh_rehearsal_record);
    const auto status = host.status(ssh_rehearsal_record);
    if (record && status && status->owner == 0 && *record == rehearsal.configuration)
        return done;
    return Error{ErrorKind::Unsupported, rehearsal.unproven,
                 "try a login first, from your machine: ssh -o ControlPath=none -o "
                 "ProxyCommand='ssh USER@NODE sudo harden ssh-harden rehearse' USER@NODE true "
                 "(with the same options)"};
}

}
