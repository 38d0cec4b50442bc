#include "checks/sysctl.h"

#include "checks/judged.h"
#include "checks/sysctl_files.h"

#include <algorithm>

namespace harden {

namespace {

struct Judgement {
    std::vector<std::string> complaints;
    std::vector<std::string> seen;
};

}

Path sysctl_file(std::string_view key)
{
    return Path{"/proc/sys"} / slashed_key(key);
}

static Result<std::string> text_in(const Host& host, const Path& file)
{
    const auto text = TRY(host.read(file));
    return std::string{trim(text)};
}

static Result<std::int64_t> number_in(const Host& host, const Path& file)
{
    const auto text = TRY(text_in(host, file));
    const auto number = to_number(text);
    if (!number)
        return Error{ErrorKind::Malformed,
                     cat(file.native(), ": \"", escaped(text, 40), "\" is no number"),
                     {}};
    return std::int64_t{*number};
}

Result<std::string> sysctl_text(const Host& host, std::string_view key)
{
    return text_in(host, sysctl_file(key));
}

Result<std::int64_t> sysctl_number(const Host& host, std::string_view key)
{
    return number_in(host, sysctl_file(key));
}

static std::string wanted(const SysctlRule& rule)
{
    if (rule.least && rule.most)
        return cat("from ", std::to_string(*rule.least), " to ", std::to_string(*rule.most));
    return rule.least ? cat("at least ", std::to_string(*rule.least))
                      : cat("at most ", std::to_string(*rule.most));
}

static void judge(const SysctlRule& rule, const std::string& name, std::int64_t value,
                  Judgement& judgement)
{
    judgement.seen.push_back(cat(name, " ", std::to_string(value)));
    if (value < rule.least.value_or(value) || value > rule.most.value_or(value))
        judgement.complaints.push_back(
            cat(name, " is ", std::to_string(value), ", not ", wanted(rule)));
}

static std::int64_t combined(Combine combine, std::int64_t all, std::int64_t own, bool forwards)
{
    if (combine == Combine::Redirects)
        combine = forwards ? Combine::Smaller : Combine::Larger;
    if (combine == Combine::Larger)
        return std::max(all, own);
    return combine == Combine::Smaller ? std::min(all, own) : own;
}

// Interfaces come and go while they are read: one that has gone is no gap.
static Result<> judge_interfaces(const Host& host, const SysctlRule& rule, Judgement& judgement)
{
    const auto star = rule.key.find('*');
    const auto directory = sysctl_file(rule.key.substr(0, star - 1));
    const auto property = rule.key.substr(star + 2);
    const auto names = host.list(directory);
    if (names.is_absent())
        return rule.is_safe_absent ? Result<>{done} : Result<>{std::move(names).error()};
    const auto all = TRY(number_in(host, directory / "all" / property));
    for (const auto& name : TRY(names)) {
        if (name == "all" || name == "default" || name == "lo")
            continue;
        const auto own = number_in(host, directory / name / property);
        if (own.is_absent())
            continue;
        const auto forwarding = number_in(host, directory / name / "forwarding");
        const auto value = combined(rule.combine, all, TRY(own), forwarding && *forwarding != 0);
        judge(rule, cat(property, " of ", escaped(name, 20)), value, judgement);
    }
    return done;
}

static Result<> judge_rule(const Host& host, const SysctlRule& rule, Judgement& judgement)
{
    if (rule.key.find('*') != std::string::npos)
        return judge_interfaces(host, rule, judgement);
    const auto value = sysctl_number(host, rule.key);
    if (value.is_absent()) {
        if (!rule.is_safe_absent)
            judgement.complaints.push_back(cat("this kernel has no ", rule.key));
        return done;
    }
    judge(rule, rule.key, TRY(value), judgement);
    return done;
}

Result<Outcome> judge_settings(const Facts& facts, const std::vector<std::string_view>& checks)
{
    // without /proc/sys an absent setting says nothing about the kernel
    TRY(facts.host().read("/proc/sys/kernel/osrelease"));
    Judgement judgement;
    const auto rules = TRY(facts.once(host_rules));
    for (const auto& rule : rules.settings)
        if (std::ranges::find(checks, rule.check) != checks.end())
            TRY(judge_rule(facts.host(), rule, judgement));
    if (judgement.complaints.empty() && judgement.seen.empty())
        return not_applicable("this kernel has nothing that it limits");
    constexpr std::size_t shown = 4;
    const auto count = judgement.seen.size();
    const auto good = count <= shown ? join(judgement.seen, ", ")
                                     : cat(std::to_string(count), " settings are as wanted");
    return judged(std::move(judgement.complaints), good);
}

}
