#include "base/text.h"
#include "dockerfile/limit_judge.h"
#include "node/capabilities.h"

#include <algorithm>

namespace harden {

static std::string in_capitals(std::string_view text)
{
    std::string name{bare_capability(text)};
    for (auto& letter : name)
        if (letter >= 'a' && letter <= 'z')
            letter = static_cast<char>(letter & ~0x20);
    return std::string{bare_capability(name)};
}

static bool is_listed(const std::vector<std::string>& names, const std::string& name)
{
    return std::ranges::find(names, name) != names.end();
}

static void judge_capabilities(LimitJudge& judge)
{
    const auto& request = judge.request();
    const bool drops_all =
        std::ranges::any_of(request.dropped_capabilities,
                            [](const PlacedText& each) { return in_capitals(each.text) == "ALL"; });
    if (!drops_all)
        judge.reject("cap-drop", request.name, "it keeps Docker's own set of capabilities",
                     judge.write("cap-drop", "cap_drop",
                                 request.form == RequestForm::Service ? "[ALL]" : "ALL"));
    const auto& rules = judge.rules().containers;
    for (const auto& each : request.added_capabilities) {
        const auto name = in_capitals(each.text);
        const bool is_dangerous = name == "ALL" || is_listed(rules.dangerous_capabilities, name);
        if (is_dangerous || !is_listed(rules.allowed_capabilities, name))
            judge.reject("cap-add", each,
                         is_dangerous ? cat("capability ", name, " leads out of the container")
                                      : cat("capability ", name, " is not among the allowed ones"),
                         judge.leave_out("cap-add", "cap_add", name));
    }
}

// "seccomp=unconfined" and "seccomp:unconfined" are the same.
static std::pair<std::string, std::string> option_of(std::string_view text)
{
    const auto at = std::min(text.find_first_of("=:"), text.size());
    return {std::string{text.substr(0, at)},
            std::string{text.substr(std::min(at + 1, text.size()))}};
}

static void judge_security_options(LimitJudge& judge)
{
    const auto& request = judge.request();
    bool gains_nothing = false;
    for (const auto& each : request.security_options) {
        const auto [name, value] = option_of(each.text);
        if (name == "no-new-privileges")
            gains_nothing = value.empty() || value == "true";
        const bool is_weaker = value == "unconfined" || (name == "label" && value == "disable");
        if (is_weaker)
            judge.reject("security-opt", each, "a protection of the kernel is switched off",
                         judge.leave_out("security-opt", "security_opt", each.text));
        else if (name == "seccomp" && value != "builtin")
            judge.review("security-opt", each, "it brings a seccomp profile of its own",
                         judge.leave_out("security-opt", "security_opt", each.text));
    }
    if (!gains_nothing)
        judge.reject("no-new-privileges", request.name, "set-user-id programs gain privileges",
                     judge.write("security-opt", "security_opt",
                                 request.form == RequestForm::Service ? "[no-new-privileges]"
                                                                      : "no-new-privileges"));
}

static void judge_user(LimitJudge& judge)
{
    const auto& user = judge.request().user;
    if (!user)
        return;
    const auto name = user->text.substr(0, user->text.find(':'));
    if (name == "root" || to_number(name) == 0)
        judge.review("user", *user, "it runs as root", judge.write("user", "user", "1000:1000"));
}

void judge_privileges(LimitJudge& judge)
{
    const auto& request = judge.request();
    if (is_true(request.privileged))
        judge.reject("privileged", *request.privileged, "a privileged container owns the host",
                     judge.leave_out("privileged", "privileged",
                                     request.form == RequestForm::Service ? "true" : ""));
    judge_capabilities(judge);
    judge_security_options(judge);
    judge_user(judge);
    if (is_true(request.evades_oom_killer))
        judge.review("oom", *request.evades_oom_killer, "it evades the out-of-memory killer",
                     judge.leave_out("oom-kill-disable", "oom_kill_disable", ""));
    if (request.oom_score && to_number(request.oom_score->text).value_or(0) < 0)
        judge.review("oom", *request.oom_score, "it dies later than the node's own services",
                     judge.leave_out("oom-score-adj", "oom_score_adj", request.oom_score->text));
}

}
