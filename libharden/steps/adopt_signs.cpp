#include "steps/adopt_signs.h"

#include "base/text.h"
#include "node/address.h"

#include <algorithm>
#include <array>
#include <optional>

namespace harden {

static constexpr std::array scripts{
    OldScript{"detect-miners.sh", "docker stats", "detect-miners", true},
    OldScript{"setup-egress-rules.sh", "DOCKER-USER", "egress", true},
    OldScript{"install-gvisor.sh", "runsc", "gvisor-install"},
    OldScript{"harden-ssh.sh", "sshd_config", "ssh-harden"},
    OldScript{"setup-host-firewall.sh", "ufw", "firewall"},
    OldScript{"verify-hardening.sh", "DOCKER-USER", "verify"},
};

std::span<const OldScript> old_scripts()
{
    return scripts;
}

static std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    for (std::size_t at = 0; (at = text.find_first_not_of(" \t", at)) != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(" \t", at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

namespace {

// What a rule matches and does; a word that is none of these makes it nobody's that we know.
struct PlainRule {
    std::string_view destination;
    std::string_view protocol;
    std::optional<std::uint16_t> port;
    std::string_view verdict;
};

}

static bool take(PlainRule& rule, std::string_view option, std::string_view value)
{
    if (option == "-d" && rule.destination.empty())
        rule.destination = value;
    else if (option == "-p" && rule.protocol.empty() && (value == "tcp" || value == "udp"))
        rule.protocol = value;
    else if (option == "--dport" && !rule.port && to_number(value).value_or(0) > 0 &&
             *to_number(value) <= 65'535)
        rule.port = static_cast<std::uint16_t>(*to_number(value));
    else if (option == "-j" && rule.verdict.empty())
        rule.verdict = value;
    else
        return (option == "-m" && value == rule.protocol) ||
               (option == "--reject-with" && rule.verdict == "REJECT");
    return true;
}

static std::optional<PlainRule> plain_rule(std::string_view specification)
{
    const auto words = words_of(specification);
    PlainRule rule;
    if (words.empty() || words.size() % 2 != 0)
        return std::nullopt;
    for (std::size_t word = 0; word < words.size(); word += 2)
        if (!take(rule, words[word], words[word + 1]))
            return std::nullopt;
    const bool closes = rule.verdict == "DROP" || rule.verdict == "REJECT";
    const bool says_what = rule.port ? !rule.protocol.empty() : !rule.destination.empty();
    return closes && says_what ? std::optional{rule} : std::nullopt;
}

static bool closes_address(const RefusedGroup& group, std::string_view address)
{
    const auto wanted = parse_network(address);
    if (!wanted)
        return false;
    const auto is_within = [&](const std::string& each) {
        const auto network = parse_network(each);
        return network && contains(*network, *wanted);
    };
    return group.tier == Tier::Hard &&
           std::ranges::any_of(wanted->is_v6 ? group.addresses6 : group.addresses4, is_within);
}

static bool closes_port(const RefusedGroup& group, const PlainRule& rule)
{
    const bool has_addresses = !group.addresses4.empty() || !group.addresses6.empty();
    if (group.tier != Tier::Hard || has_addresses || !group.open_to.empty())
        return false;
    return std::ranges::any_of(rule.protocol == "tcp" ? group.tcp : group.udp,
                               [&](const PortRange& ports) {
                                   return ports.first <= *rule.port && *rule.port <= ports.last;
                               });
}

bool is_old_rule(std::string_view specification, const Ruleset& policy)
{
    const auto rule = plain_rule(specification);
    if (!rule)
        return false;
    if (!rule->destination.empty() && closes_address(policy.metadata, rule->destination))
        return true;
    return rule->destination.empty() &&
           std::ranges::any_of(
               policy.groups, [&](const RefusedGroup& group) { return closes_port(group, *rule); });
}

static constexpr std::string_view appended = "-A DOCKER-USER ";

// netfilter-persistent may have saved counters in front: "[0:0] -A DOCKER-USER …".
static std::string_view specification_in(std::string_view line)
{
    if (line.starts_with('['))
        line.remove_prefix(std::min(line.find("] ") + 2, line.size()));
    return line.starts_with(appended) ? trim(line.substr(appended.size())) : std::string_view{};
}

std::vector<std::string> docker_user_rules(std::string_view saved)
{
    std::vector<std::string> rules;
    for (const auto line : lines(saved))
        if (const auto specification = specification_in(line); !specification.empty())
            rules.emplace_back(specification);
    return rules;
}

static std::string_view file_name(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

static bool is_run_by_node(std::string_view path)
{
    return std::ranges::any_of(scripts, [&](const OldScript& script) {
        return script.is_run_by_node && script.name == file_name(path);
    });
}

bool mentions_old_script(std::string_view line)
{
    if (trim(line).starts_with('#'))
        return false;
    return std::ranges::any_of(scripts, [&](const OldScript& script) {
        return script.is_run_by_node && line.find(script.name) != std::string_view::npos;
    });
}

// How many words come before the command: minute to weekday or "@reboot", and a user.
static std::size_t words_before_command(const std::vector<std::string_view>& words, LineOf where)
{
    if (where == LineOf::Script)
        return 0;
    const std::size_t when = words.front().starts_with('@') ? 1 : 5;
    return when + (where == LineOf::SystemCrontab ? 1 : 0);
}

static bool is_shell(std::string_view word)
{
    const auto name = file_name(word);
    return name == "sh" || name == "bash";
}

// Another command behind it would be lost.
static bool does_more(std::string_view rest)
{
    std::string plain{rest};
    for (const std::string_view redirection : {"2>&1", "&>"})
        if (const auto at = plain.find(redirection); at != std::string::npos)
            plain.erase(at, redirection.size());
    return plain.find_first_of(";&|`$(") != std::string::npos;
}

std::string_view old_script_run_by(std::string_view line, LineOf where)
{
    const auto words = words_of(line);
    if (words.empty() || words.front().starts_with('#'))
        return {};
    auto word = words_before_command(words, where);
    while (word < words.size() &&
           (is_shell(words[word]) || words[word].find('=') != std::string_view::npos))
        ++word;
    if (word >= words.size() || !is_run_by_node(words[word]))
        return {};
    const auto& path = words[word];
    const auto end = static_cast<std::size_t>(path.data() + path.size() - line.data());
    return does_more(line.substr(end)) ? std::string_view{} : path;
}

bool adds_old_rule(std::string_view line, const Ruleset& policy)
{
    const auto words = words_of(line);
    const auto chain = std::ranges::find(words, docker_user_chain);
    if (words.size() < 3 || chain - words.begin() < 2 || chain == words.end())
        return false;
    const auto program = file_name(words.front());
    if (program != "iptables" && program != "ip6tables")
        return false;
    if (const auto how = *std::prev(chain); how != "-I" && how != "-A")
        return false;
    auto first = std::next(chain);
    if (first != words.end() && to_number(*first)) // its place
        ++first;
    if (first == words.end())
        return false;
    return is_old_rule(line.substr(static_cast<std::size_t>(first->data() - line.data())), policy);
}

std::string without_lines(std::string_view text,
                          const std::function<bool(std::string_view line)>& is_old)
{
    std::string kept;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        auto line = text.substr(0, end);
        if (line.ends_with('\n'))
            line.remove_suffix(1);
        if (!is_old(line))
            kept += text.substr(0, end);
        text.remove_prefix(end);
    }
    return kept;
}

}
