#include "ssh/rehearsal.h"

#include "ssh/key_login.h"
#include "ssh/match_blocks.h"

#include <algorithm>

namespace harden {

namespace {

struct Rehearsing {
    const Host& host;
    const SshPolicy& policy;
    std::vector<SshdDirective> directives;
    std::vector<MatchBlock> blocks;
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

// Strangers from both internets and, where Match blocks tell people apart, every account and a
// connection for each block.
static Result<std::vector<SshConnection>> connections_to_ask(const Rehearsing& rehearsing,
                                                             const std::string& user)
{
    std::vector<SshConnection> connections{{}};
    if (!user.empty() && user != "root")
        connections.push_back({.user = user});
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
                             const Changes& weaker, SshRehearsal& rehearsal)
{
    for (const auto& change : weaker) {
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

static Changes changes_between(const std::vector<SshWanted>& wanted, const SshdSettings& before,
                               const SshdSettings& after, const std::string& whose)
{
    Changes changes;
    for (const auto& setting : wanted) {
        const auto from = before.get(setting.name);
        const auto to = after.get(setting.name);
        if (from && to && *from != *to)
            changes.push_back({cat(setting.name, whose), *from, *to});
    }
    return changes;
}

static Result<> ask_about(const Rehearsing& rehearsing, const SshConnection& connection,
                          const std::string& future, SshRehearsal& rehearsal)
{
    const auto& host = rehearsing.host;
    const auto before = TRY(effective_sshd_settings(host, connection));
    auto after = TRY(rehearsed_sshd_settings(host, future, connection));
    TRY(judge_weaker(rehearsing, connection, differences(rehearsal.wanted, after), rehearsal));
    TRY(admits_keys(after));
    const auto whose =
        connection == SshConnection{} ? std::string{} : cat(" for ", to_text(connection));
    for (auto& change : changes_between(rehearsal.wanted, before, after, whose))
        rehearsal.settings.push_back(std::move(change));
    rehearsal.expected.emplace_back(connection, std::move(after));
    return done;
}

// What sshd would say to this account: one of those asked about, or the stranger's.
static const SshdSettings& settings_for(const SshRehearsal& rehearsal, const std::string& user)
{
    for (const auto& [connection, settings] : rehearsal.expected)
        if (connection == SshConnection{.user = user})
            return settings;
    return rehearsal.expected.front().second;
}

static Result<> somebody_can_log_in(const Host& host, const SshRehearsal& rehearsal,
                                    const std::string& user)
{
    if (!user.empty())
        return has_usable_key(host, TRY(account_named(host, user)), settings_for(rehearsal, user));
    Error last{ErrorKind::Failed, "no account that people log in to", {}};
    for (const auto& account : TRY(login_accounts(host))) {
        auto able = has_usable_key(host, account, settings_for(rehearsal, account.name));
        if (able)
            return done;
        if (account.id != 0 || last.hint.empty())
            last = able.error();
    }
    return last;
}

Result<SshRehearsal> rehearse(const Host& host, const SshPolicy& policy, const std::string& user)
{
    SshRehearsal rehearsal;
    TRY(check_place(host, rehearsal));
    const auto without_ours = TRY(rehearsed_sshd_settings(host, TRY(rehearsal_text(host, {}))));
    rehearsal.wanted = TRY(wanted_settings(policy, without_ours));
    rehearsal.drop_in = drop_in_text(rehearsal.wanted);
    const auto future = TRY(rehearsal_text(host, rehearsal.drop_in));
    const Command test{sshd_program, "-t", "-f", "/dev/stdin"};
    TRY(succeeded(host.query(test, {.input = future}), test).during("rehearse"));

    Rehearsing rehearsing{host, policy, TRY(read_sshd_config(host)), {}};
    rehearsing.blocks = TRY(match_blocks(host, rehearsing.directives));
    for (const auto& connection : TRY(connections_to_ask(rehearsing, user)))
        TRY(ask_about(rehearsing, connection, future, rehearsal));
    TRY(somebody_can_log_in(host, rehearsal, user));
    return rehearsal;
}

}
