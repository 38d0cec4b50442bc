#include "dockerfile/scan_judge.h"

#include "dockerfile/scan_match.h"

#include <algorithm>

namespace harden {

namespace {

using Kind = ScanRules::Target::Kind;

constexpr std::size_t most_findings = 50; // of one input
constexpr std::size_t longest_told = 200; // bytes of a text in a finding

std::string told(std::string_view text)
{
    return std::string{text.substr(0, longest_told)};
}

}

ScanJudge::ScanJudge(const ScanRules& rules, std::size_t least_code)
    : rules_{rules}
    , least_code_{least_code}
{
}

void ScanJudge::add(const RoledWord& word)
{
    if (word.role == ScanRole::Installs)
        if (auto name = package_name(word.text); !rules_.usual_packages.contains(name))
            packages_.insert(std::move(name));
    add_wallet(word);
    for (const auto& reading : readings(word.text, least_code_))
        add_reading(word, reading);
}

void ScanJudge::add(const RoledDeed& deed)
{
    if (const auto* rule = rules_.of_kind(deed.kind))
        note(static_cast<std::size_t>(rule - rules_.rules.data()), deed.role,
             {deed.text, deed.role, deed.place}, {deed.text});
}

void ScanJudge::add(const RoledCommands& commands)
{
    for (const auto& word : commands.words)
        add(word);
    for (const auto& deed : commands.deeds)
        add(deed);
    for (const auto& line : commands.lines)
        for (const auto rule : rules_.patterns.found_in(line.text))
            note(rule, line.role, line, {line.text});
}

void ScanJudge::add_port(std::string_view text, TextRange place)
{
    const RoledWord word{std::string{text}, ScanRole::Exposes, place};
    for (std::size_t i = 0; i < rules_.rules.size(); ++i) {
        const auto& ports = rules_.rules[i].ports;
        if (std::any_of(ports.begin(), ports.end(),
                        [&](const auto& wanted) { return is_port(text, wanted); }))
            note(i, ScanRole::Exposes, word, {word.text});
    }
}

void ScanJudge::add_reading(const RoledWord& word, const Reading& reading)
{
    rules_.search->each(reading.text, [&](WordSearch::Hit hit) {
        add_hit(word, reading, hit.word, hit.end);
        return true;
    });
}

void ScanJudge::add_hit(const RoledWord& word, const Reading& reading, std::size_t index,
                        std::size_t end)
{
    const auto& target = rules_.targets[index];
    const auto role = role_of_match(rules_, target, reading.text, end, word.role);
    if (!role)
        return;
    if (target.kind == Kind::Excuse)
        excused_.insert(target.rule);
    else
        note(target.rule, *role, word, reading);
}

void ScanJudge::add_wallet(const RoledWord& word)
{
    const auto wallet = wallet_in(word.text);
    if (wallet.empty())
        return;
    for (std::size_t i = 0; i < rules_.rules.size(); ++i)
        if (rules_.rules[i].finds_wallets)
            note(i, word.role, {std::string{wallet}, word.role, word.place}, {std::string{wallet}});
}

void ScanJudge::note(std::size_t rule, ScanRole role, const RoledWord& word, const Reading& reading)
{
    if (rules_.rules[rule].points_of(role) == 0 || !known_.emplace(rule, role).second)
        return;
    const auto is_plain = reading.disguise == Disguise::None;
    found_.push_back({rule, role, word.place, told(word.text), is_plain ? "" : told(reading.text),
                      reading.disguise});
}

std::map<std::string, ScanJudge::Sum> ScanJudge::sums() const
{
    std::map<std::string, Sum> sums;
    std::set<std::size_t> counted;
    for (const auto& one : found_) {
        const auto& rule = rules_.rules[one.rule];
        auto& sum = sums[rule.category];
        sum.points += rule.points_of(one.role);
        sum.is_only_ports = sum.is_only_ports && one.role == ScanRole::Exposes &&
                            !(rules_.strict_ports && rule.is_seed_port);
        if (rules_.strict_ports && rule.is_seed_port)
            sum.points = std::max(sum.points, rules_.reject_from);
        sum.most = std::max(sum.most, rule.most);
        const auto is_alone = packages_.size() <= static_cast<std::size_t>(rules_.few_packages);
        if (one.role == ScanRole::Installs && is_alone && !is_excused(one.rule))
            sum.points += rule.alone;
        if (is_excused(one.rule) && counted.insert(one.rule).second)
            sum.points -= rule.excused;
    }
    return sums;
}

ScanVerdict ScanJudge::verdict_of(const Sum& sum) const
{
    const auto most = sum.is_only_ports ? ScanVerdict::Review : sum.most;
    const auto verdict = sum.points >= rules_.reject_from   ? ScanVerdict::Reject
                         : sum.points >= rules_.review_from ? ScanVerdict::Review
                                                            : ScanVerdict::Pass;
    return std::min(verdict, most);
}

ScanFinding ScanJudge::finding_of(const Occurrence& one, ScanVerdict verdict) const
{
    const auto& rule = rules_.rules[one.rule];
    auto message = cat(rule.what, ", ", told_role(one.role));
    if (one.disguise != Disguise::None)
        message += cat(", hidden by ", name_of(one.disguise));
    return {.rule = rule.id,
            .category = rule.category,
            .verdict = std::min(verdict, rule.most),
            .role = std::string{name_of(one.role)},
            .text = one.text,
            .decoded = one.decoded,
            .message = std::move(message),
            .remedy = rule.remedy};
}

ScanJudge::Judgement ScanJudge::judge() const
{
    Judgement judgement;
    const auto all = sums();
    for (const auto& [category, sum] : all)
        judgement.verdict = std::max(judgement.verdict, verdict_of(sum));
    for (const auto& one : found_) {
        const auto verdict = verdict_of(all.at(rules_.rules[one.rule].category));
        if (verdict == ScanVerdict::Pass || judgement.findings.size() == most_findings)
            continue;
        judgement.findings.push_back(finding_of(one, verdict));
        judgement.places.push_back(one.place);
    }
    return judgement;
}

}
