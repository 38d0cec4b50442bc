#include "checks/ssh_facts.h"

#include "ssh/match_blocks.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace harden {

static constexpr auto stranger6 = "2001:db8::1";
// Questions cost sshd a start each: so many users are asked for, the first ones of the list.
static constexpr std::size_t most_users = 16;
static constexpr std::size_t most_blocks = 64;
static constexpr std::size_t most_at_once = 4;

static bool is_shell(std::string_view program)
{
    return !program.empty() && !program.ends_with("/nologin") && !program.ends_with("/false") &&
           !program.ends_with("/sync");
}

std::vector<std::string> login_users(std::string_view passwd)
{
    std::vector<std::string> users;
    for (const auto line : lines(passwd)) {
        const auto fields = split(line, ':');
        if (fields.size() >= 7 && fields[2] != "0" && is_shell(trim(fields[6])))
            users.emplace_back(fields[0]);
    }
    return users;
}

Result<std::vector<SshdDirective>> sshd_directives(const Facts& facts)
{
    return read_sshd_config(facts.host());
}

Result<SshPolicy> ssh_policy(const Facts& facts)
{
    return ssh_policy_from(TRY(ssh_settings(facts.host())));
}

Result<KeyInventory> ssh_keys(const Facts& facts)
{
    return key_inventory(facts.host(), TRY(facts.once(ssh_policy)));
}

// Of a group or a user that the node does not have: nobody falls under the block.
static bool is_about_people_alone(const SshdDirective& match)
{
    for (std::size_t i = 0; i < match.arguments.size(); i += 2) {
        auto name = match.arguments[i].substr(0, match.arguments[i].find('='));
        std::ranges::transform(name, name.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        if (name != "user" && name != "group")
            return false;
    }
    return true;
}

static std::vector<SshdDirective> unasked(const std::vector<SshdDirective>& directives,
                                          const std::vector<MatchBlock>& blocks)
{
    std::vector<SshdDirective> left;
    bool is_unasked = false;
    for (const auto& directive : directives) {
        if (directive.name == "match")
            is_unasked = !is_about_people_alone(directive) &&
                         std::ranges::find(blocks, position_of(directive), &MatchBlock::position) ==
                             blocks.end();
        else if (is_unasked && directive.is_conditional)
            left.push_back(directive);
    }
    return left;
}

static Result<std::vector<SshConnection>> connections(const Host& host,
                                                      const std::vector<MatchBlock>& blocks)
{
    std::vector<SshConnection> all{SshConnection{}, {.address = stranger6}};
    for (const auto& block : blocks)
        all.push_back(block.connection);
    auto users = login_users(TRY(host.read("/etc/passwd")));
    users.resize(std::min(users.size(), most_users));
    for (auto& user : users)
        all.push_back({.user = std::move(user)});
    std::vector<SshConnection> unique;
    for (auto& connection : all)
        if (std::ranges::find(unique, connection) == unique.end())
            unique.push_back(std::move(connection));
    return unique;
}

static Result<std::vector<SshAnswer>> asked(const Host& host,
                                            const std::vector<SshConnection>& connections)
{
    std::vector<std::optional<Result<SshdSettings>>> answers(connections.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (auto i = next++; i < connections.size(); i = next++)
            answers[i] = effective_sshd_settings(host, connections[i]);
    };
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < std::min(most_at_once, connections.size()); ++i)
        helpers.emplace_back(work);
    work();
    for (auto& helper : helpers)
        helper.join();
    std::vector<SshAnswer> all;
    for (std::size_t i = 0; i < connections.size(); ++i) {
        auto settings = TRY(*std::move(answers[i]));
        all.push_back({connections[i], std::move(settings)});
    }
    return all;
}

Result<SshAnswers> sshd_answers(const Facts& facts)
{
    const auto& host = facts.host();
    const auto directives = TRY(facts.once(sshd_directives));
    // without Match blocks nothing distinguishes one connection from another
    SshAnswers answers;
    if (std::ranges::find(directives, "match", &SshdDirective::name) == directives.end()) {
        answers.all = TRY(asked(host, {SshConnection{}}));
        return answers;
    }
    const auto blocks = TRY(match_blocks(host, directives));
    if (blocks.size() > most_blocks)
        return Error{ErrorKind::Unsupported,
                     cat("sshd_config has ", std::to_string(blocks.size()),
                         " Match blocks, more than are asked about"),
                     {}};
    const auto kinds = TRY(connections(host, blocks));
    answers.all = TRY(asked(host, kinds));
    answers.unasked = unasked(directives, blocks);
    return answers;
}

}
