#include "checks/check.h"
#include "checks/ssh_facts.h"

#include <algorithm>

namespace harden {

static constexpr auto group = "SSH Hardening";
static constexpr auto apply = "harden ssh-harden apply";

namespace {

// A setting that may have an older name, and the values that close the door.
struct Wanted {
    std::vector<std::string> names;
    std::vector<std::string> values;
};

}

static Result<std::string> value_of(const SshdSettings& settings, const Wanted& wanted)
{
    for (const auto& name : wanted.names)
        if (settings.has(name))
            return settings.get(name);
    return Error{ErrorKind::NotFound, cat("sshd does not tell ", wanted.names.front()), {}};
}

// Without Match blocks one answer holds for all.
static std::string whom(const std::vector<SshAnswer>& answers, const SshAnswer& answer)
{
    return answers.size() == 1 ? "every connection" : escaped(to_text(answer.connection), 200);
}

static Result<Outcome> closed_for_all(const Facts& facts, const Wanted& wanted)
{
    if (facts.host().status(sshd_program).is_absent())
        return not_applicable("there is no sshd on this machine");
    const auto answers = TRY(facts.once(sshd_answers));
    const auto& name = wanted.names.front();
    std::string value;
    for (const auto& answer : answers) {
        value = TRY(value_of(answer.settings, wanted));
        if (std::ranges::find(wanted.values, value) == wanted.values.end())
            return fail(cat(name, " ", escaped(value), " for ", whom(answers, answer)));
    }
    if (answers.size() == 1)
        return pass(cat(name, " ", value, " for every connection"));
    return pass(cat(name, " closed for ", std::to_string(answers.size()), " kinds of connections"));
}

static Check closed(std::string_view id, std::string_view title, Severity severity, Wanted wanted,
                    std::vector<std::string> map)
{
    return {.id = id,
            .group = group,
            .title = title,
            .severity = severity,
            .profile = Profile::Full,
            .remedy = apply,
            .map = std::move(map),
            .look = [wanted = std::move(wanted)](const Facts& facts) {
                return closed_for_all(facts, wanted);
            }};
}

std::vector<Check> ssh_checks()
{
    return {
        closed("ssh.password-auth", "SSH password auth disabled", Severity::Critical,
               {{"passwordauthentication"}, {"no"}}, {}),
        closed("ssh.keyboard-interactive", "SSH keyboard-interactive auth disabled",
               Severity::Critical,
               {{"kbdinteractiveauthentication", "challengeresponseauthentication"}, {"no"}}, {}),
        closed("ssh.root-login", "SSH root login key-only", Severity::High,
               {{"permitrootlogin"},
                {"without-password", "prohibit-password", "forced-commands-only", "no"}},
               {"CIS-Ubuntu-5.1.20"}),
    };
}

}
