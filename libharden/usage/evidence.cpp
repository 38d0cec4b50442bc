#include "usage/evidence.h"

#include "usage/pool_names.h"

#include <algorithm>

namespace harden {

static std::string lowered(std::string_view text)
{
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return lower;
}

static bool is_letter(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

// "xmrig" itself, or with a suffix that begins with no letter: "xmrig-6.21", not "xmrigsomething".
static bool is_called(std::string_view program, std::string_view name)
{
    return program.starts_with(name) &&
           (program.size() == name.size() || !is_letter(program[name.size()]));
}

static std::string_view last_part(std::string_view path)
{
    return path.substr(path.find_last_of('/') + 1);
}

static bool is_base58(char byte)
{
    return (byte >= '1' && byte <= '9') ||
           (byte >= 'A' && byte <= 'Z' && byte != 'I' && byte != 'O') ||
           (byte >= 'a' && byte <= 'z' && byte != 'l');
}

// A run of base58 letters of exactly the wallet's length, with its first letter.
static bool holds_wallet(std::string_view text, const MinerRules::Wallet& wallet)
{
    std::size_t run = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        if (at < text.size() && is_base58(text[at])) {
            ++run;
            continue;
        }
        if (run == static_cast<std::size_t>(wallet.length) &&
            wallet.prefixes.find(text[at - run]) != std::string::npos)
            return true;
        run = 0;
    }
    return false;
}

static void add(std::vector<Sign>& seen, Sign sign)
{
    if (std::find(seen.begin(), seen.end(), sign) == seen.end())
        seen.push_back(std::move(sign));
}

void Evidence::add(std::vector<Sign> signs)
{
    for (auto& sign : signs)
        harden::add(seen, std::move(sign));
}

bool has_sign(const Evidence& evidence, SignKind kind)
{
    return std::ranges::find(evidence.seen, kind, &Sign::kind) != evidence.seen.end();
}

static std::string spaced(std::string_view zero_ended)
{
    std::string line{zero_ended};
    std::replace(line.begin(), line.end(), '\0', ' ');
    return line;
}

// Arguments and pools, wherever they stand.
static std::vector<Sign> evidence_in_words(std::string_view line, std::string_view where,
                                           const MinerRules::Evidence& rules)
{
    std::vector<Sign> seen;
    const auto lower = lowered(line);
    for (const auto& argument : rules.arguments)
        if (lower.find(argument) != std::string::npos)
            add(seen, {SignKind::Program, cat(where, " ", argument)});
    for (const auto& pool : pools_in(lower, rules))
        add(seen, {SignKind::PoolName, cat("pool ", pool)});
    return seen;
}

static void add_wallets(std::vector<Sign>& seen, std::string_view line,
                        const MinerRules::Evidence& rules)
{
    for (const auto& wallet : rules.wallets)
        if (holds_wallet(line, wallet))
            add(seen, {SignKind::Program, cat("wallet ", wallet.name)});
}

std::vector<Sign> evidence_in_name(std::string_view name, const MinerRules::Evidence& rules)
{
    std::vector<Sign> seen;
    const auto program = lowered(last_part(name));
    for (const auto& miner : rules.names)
        if (is_called(program, miner))
            add(seen, {SignKind::Program, cat("name ", miner)});
    return seen;
}

std::vector<Sign> evidence_in_environment(std::string_view environment,
                                          const MinerRules::Evidence& rules)
{
    const auto line = spaced(environment);
    auto seen = evidence_in_words(line, "environment", rules);
    if (!seen.empty())
        add_wallets(seen, line, rules);
    return seen;
}

std::vector<Sign> evidence_in_command(std::string_view command, const MinerRules::Evidence& rules)
{
    auto seen = evidence_in_name(command.substr(0, command.find('\0')), rules);
    const auto line = spaced(command);
    for (auto& sign : evidence_in_words(line, "argument", rules))
        add(seen, std::move(sign));
    add_wallets(seen, line, rules);
    return seen;
}

std::vector<Sign> evidence_in_image(std::string_view image, const MinerRules::Evidence& rules)
{
    std::vector<Sign> seen;
    const auto program = lowered(last_part(image));
    for (const auto& name : rules.names)
        if (is_called(program, name))
            add(seen, {SignKind::Program, cat("image ", name)});
    return seen;
}

bool shows_processes(std::string_view runtime)
{
    return runtime.find("runc") != std::string_view::npos ||
           runtime.find("crun") != std::string_view::npos;
}

}
