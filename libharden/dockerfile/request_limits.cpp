#include "dockerfile/request_limits.h"

#include "dockerfile/limit_judge.h"

#include <algorithm>

namespace harden {

Result<LimitRules> limit_rules_of(const Host& host)
{
    LimitRules rules;
    rules.tiers = TRY(tiers_of(host));
    rules.containers = TRY(container_rules_of(host));
    return rules;
}

static Result<ResourceTier> tier_named(const ResourceTiers& tiers, std::string_view name)
{
    std::vector<std::string> names;
    for (const auto& tier : tiers.all) {
        if (tier.name == name)
            return tier;
        names.push_back(tier.name);
    }
    const auto meant = nearest(name, names);
    return Error{ErrorKind::NotFound, cat("there is no tier \"", escaped(name, 40), "\""),
                 meant ? cat("did you mean ", *meant, "?") : cat("one of: ", join(names, ", "))};
}

Result<LimitRules> limit_rules_for(LimitRules rules, std::string_view tier)
{
    auto only = TRY(tier_named(rules.tiers, tier));
    only.by_label = false;
    rules.tiers = {.label = {}, .all = {std::move(only)}};
    return rules;
}

std::string flag_size(std::int64_t bytes)
{
    constexpr std::string_view units = "kmgt";
    for (std::size_t i = units.size(); i > 0; --i) {
        const auto unit = std::int64_t{1} << (10 * i);
        if (bytes >= unit && bytes % unit == 0)
            return cat(std::to_string(bytes / unit), units.substr(i - 1, 1));
    }
    return std::to_string(bytes);
}

Result<std::string> run_args_for(const ResourceTiers& tiers, std::string_view tier)
{
    const auto wanted = TRY(tier_named(tiers, tier));
    if (wanted.by_label && tiers.label.empty())
        return Error{ErrorKind::Unsupported,
                     cat("tier ", wanted.name, " counts by its label only, and no label counts"),
                     cat("name one in ", site_tiers, ": label = \"harden.tier\"")};
    const auto memory = flag_size(wanted.memory);
    auto args =
        cat("--memory=", memory, " --memory-swap=", memory, " --cpus=", cpus_text(wanted.cpus),
            " --pids-limit=", std::to_string(wanted.pids),
            " --cap-drop=ALL --security-opt=no-new-privileges --read-only"
            " --tmpfs=/tmp:size=",
            flag_size(wanted.disk), ",mode=1777");
    if (!tiers.label.empty())
        args += cat(" --label=", tiers.label, "=", wanted.name);
    return args;
}

std::vector<ScanFinding> judge_limits(const ContainerRequest& request, std::string_view source,
                                      const LimitRules& rules)
{
    LimitJudge judge{request, source, rules};
    judge_resources(judge);
    judge_privileges(judge);
    judge_reach(judge);
    return judge.by_place();
}

// The tier that the example is of, with the smallest where none is wide enough.
static ResourceTier example_for(const ContainerRequest& request, const ResourceTiers& tiers,
                                const ContainerLabels& labels)
{
    const auto candidates = candidates_for(tiers, labels);
    const auto* fitting = fitting_tier(asked_use(request), candidates);
    if (fitting != nullptr)
        return *fitting;
    if (!candidates.empty())
        return candidates.back();
    return tiers.all.empty() ? ResourceTier{} : tiers.all.front();
}

static ContainerLabels labels_of(const ContainerRequest& request)
{
    ContainerLabels labels;
    for (const auto& label : request.labels)
        labels[label.name.text] = label.value.value_or("");
    return labels;
}

LimitJudge::LimitJudge(const ContainerRequest& request, std::string_view source,
                       const LimitRules& rules)
    : request_{request}
    , source_{source}
    , rules_{rules}
    , labels_{labels_of(request)}
    , example_{example_for(request, rules.tiers, labels_)}
{
}

void LimitJudge::add(std::string_view rule, ScanVerdict verdict, const PlacedText& at,
                     std::string message, std::string remedy)
{
    constexpr std::size_t most = 200; // of one request: who has more is rejected by fewer
    if (found_.size() < most)
        found_.push_back({at.offset,
                          {.rule = cat("limits.", rule),
                           .category = "limits",
                           .verdict = verdict,
                           .role = "runs",
                           .text = at.text,
                           .message = std::move(message),
                           .remedy = std::move(remedy)}});
}

void LimitJudge::reject(std::string_view rule, const PlacedText& at, std::string message,
                        std::string remedy)
{
    add(rule, ScanVerdict::Reject, at, std::move(message), std::move(remedy));
}

void LimitJudge::review(std::string_view rule, const PlacedText& at, std::string message,
                        std::string remedy)
{
    add(rule, ScanVerdict::Review, at, std::move(message), std::move(remedy));
}

std::string LimitJudge::give(std::string_view flag, std::string_view key,
                             std::string_view value) const
{
    if (request_.form == RequestForm::Service)
        return cat(key, ": ", value);
    return value.empty() ? cat("--", flag) : cat("--", flag, "=", value);
}

std::string LimitJudge::write(std::string_view flag, std::string_view key,
                              std::string_view value) const
{
    return cat("write ", give(flag, key, value));
}

std::string LimitJudge::leave_out(std::string_view flag, std::string_view key,
                                  std::string_view value) const
{
    return cat("leave out ", give(flag, key, value));
}

// Each place is counted from the line of the one before it.
std::vector<ScanFinding> LimitJudge::by_place()
{
    std::ranges::stable_sort(found_, {}, &Found::offset);
    std::vector<ScanFinding> findings;
    std::size_t line_begin = 0;
    int lines = 0;
    for (auto& [offset, finding] : found_) {
        finding.place = file_place(source_.substr(line_begin), offset - line_begin);
        line_begin = offset - static_cast<std::size_t>(finding.place.column - 1);
        finding.place.line += lines;
        lines = finding.place.line - 1;
        findings.push_back(std::move(finding));
    }
    return findings;
}

}
