#include "steps/adopt_rules.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::array programs{"iptables", "ip6tables"};

static bool is_ours(std::string_view specification)
{
    return specification.find("harden:") != std::string_view::npos ||
           specification.find("HARDEN-") != std::string_view::npos;
}

std::vector<TakenRule> old_rules_among(const std::vector<std::string>& chain,
                                       std::string_view program, const Ruleset& policy)
{
    std::vector<TakenRule> old;
    int place = 0;
    for (const auto& specification : chain) {
        if (is_ours(specification))
            continue;
        ++place;
        if (is_old_rule(specification, policy))
            old.push_back({std::string{program}, place, specification});
    }
    return old;
}

// Where in the chain a rule goes that stood at `place` among those that are not ours.
static std::size_t index_of_place(const std::vector<std::string>& chain, int place)
{
    std::size_t index = 0;
    for (; index < chain.size(); ++index)
        if (!is_ours(chain[index]) && --place == 0)
            break;
    return index;
}

std::string putting_back(const std::string& saved, const std::vector<TakenRule>& taken)
{
    std::string input = "*filter\n";
    if (saved.find(cat(":", docker_user_chain, " ")) == std::string::npos)
        input += cat(":", docker_user_chain, " - [0:0]\n");
    auto chain = docker_user_rules(saved);
    for (const auto& rule : taken)
        for (auto found = std::ranges::find(chain, rule.specification); found != chain.end();
             found = std::ranges::find(chain, rule.specification)) {
            input += cat("-D ", docker_user_chain, " ", rule.specification, "\n");
            chain.erase(found);
        }
    for (const auto& rule : taken) {
        const auto index = index_of_place(chain, rule.place);
        input += cat("-I ", docker_user_chain, " ", std::to_string(index + 1), " ",
                     rule.specification, "\n");
        chain.insert(chain.begin() + static_cast<std::ptrdiff_t>(index), rule.specification);
    }
    return input + "COMMIT\n";
}

std::string to_text(const std::vector<TakenRule>& taken)
{
    std::string text;
    for (const auto& rule : taken)
        text += cat(rule.program, " ", std::to_string(rule.place), " ", rule.specification, "\n");
    return text;
}

Result<std::vector<TakenRule>> parse_taken_rules(std::string_view text)
{
    std::vector<TakenRule> taken;
    for (const auto line : lines(text)) {
        const auto first = line.find(' ');
        const auto second = line.find(' ', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos)
            return Error{ErrorKind::Malformed, cat("no rule: ", escaped(line)), {}};
        const auto program = line.substr(0, first);
        const auto place = to_number(line.substr(first + 1, second - first - 1));
        if (std::ranges::find(programs, program) == programs.end() || place.value_or(0) < 1 ||
            *place > 1'000'000)
            return Error{ErrorKind::Malformed, cat("no rule: ", escaped(line)), {}};
        taken.push_back(
            {std::string{program}, static_cast<int>(*place), std::string{line.substr(second + 1)}});
    }
    return taken;
}

// Empty where the node has no such program: then it has no such rules.
static Result<std::string> saved_by(const Host& host, std::string_view program)
{
    const Command save{cat(program, "-save")};
    const auto saved = host.query(save);
    if (saved.is_absent())
        return std::string{};
    return TRY(succeeded(saved, save)).out;
}

static Result<std::vector<TakenRule>> old_rules(const Host& host, const Ruleset& policy)
{
    std::vector<TakenRule> old;
    for (const auto* program : programs) {
        const auto saved = TRY(saved_by(host, program));
        const auto found = old_rules_among(docker_user_rules(saved), program, policy);
        old.insert(old.end(), found.begin(), found.end());
    }
    return old;
}

static Command deletion_of(const TakenRule& rule)
{
    Command command{rule.program, "--wait", "5", "-D", std::string{docker_user_chain}};
    for (const auto word : split(rule.specification, ' '))
        command.emplace_back(word);
    return command;
}

Result<> take_old_rules_away(Node& node, const Ruleset& policy, const Command& back)
{
    auto& host = node.host();
    const auto old = TRY(old_rules(host, policy));
    if (old.empty())
        return done;
    TRY(host.write(taken_rules_file, to_text(old), {.mode = 0600}));
    for (const auto& rule : old) {
        const auto deletion = deletion_of(rule);
        TRY(succeeded(host.run(deletion, rule == old.front() ? back : Command{}), deletion));
    }
    return done;
}

Result<> put_old_rules_back(Host& host)
{
    const auto text = TRY(host.read(taken_rules_file));
    const auto taken = TRY(parse_taken_rules(text).during(taken_rules_file));
    for (const std::string program : programs) {
        std::vector<TakenRule> of_program;
        std::ranges::copy_if(taken, std::back_inserter(of_program),
                             [&](const TakenRule& rule) { return rule.program == program; });
        if (of_program.empty())
            continue;
        const auto saved = TRY(saved_by(host, program));
        const Command restore{cat(program, "-restore"), "--noflush", "--wait=5"};
        TRY(succeeded(host.run(restore, {}, {.input = putting_back(saved, of_program)}), restore));
    }
    return done;
}

}
