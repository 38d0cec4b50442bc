#include "checks/firewall_facts.h"
#include "checks/ssh_facts.h"
#include "checks/ssh_looks.h"
#include "ssh/drop_in.h"

#include <algorithm>

namespace harden {

namespace {

// What one connection lacks; empty: nothing.
using Judge = std::function<Result<std::string>(const SshdSettings&)>;

struct Question {
    std::vector<std::string> names; // of settings, in lower case
    std::string good;               // how it is where nothing is wrong
    Judge judge;
};

}

static std::string lower(std::string_view text)
{
    std::string result{text};
    for (auto& letter : result)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return result;
}

// Without Match blocks one answer holds for all.
static std::string whom(const SshAnswers& answers, const SshAnswer& answer)
{
    return answers.all.size() == 1 ? "every connection" : escaped(to_text(answer.connection), 200);
}

static Result<Outcome> judged(const Facts& facts, const Question& question)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto answers = TRY(facts.once(sshd_answers));
    for (const auto& answer : answers.all) {
        const auto gap = TRY(question.judge(answer.settings));
        if (!gap.empty())
            return fail(cat(escaped(gap, 200), " for ", whom(answers, answer)));
    }
    for (const auto& directive : answers.unasked)
        if (std::ranges::find(question.names, directive.name) != question.names.end())
            return Error{ErrorKind::Unsupported,
                         cat("sshd could not be asked about the Match block around ",
                             escaped(position_of(directive), 120)),
                         {}};
    const auto count = answers.all.size();
    return pass(
        cat(question.good, " for ",
            count == 1 ? "every connection" : cat(std::to_string(count), " kinds of connections")));
}

// The first of `names` that sshd has says one of `values`; older ones have another name.
static Question says_one_of(std::vector<std::string> names, std::vector<std::string> values)
{
    const auto good = cat(names.front(), " ", values.size() == 1 ? values.front() : "closed");
    const auto judge = [names, values](const SshdSettings& settings) -> Result<std::string> {
        for (const auto& name : names) {
            if (!settings.has(name))
                continue;
            const auto value = TRY(settings.get(name));
            const bool is_good = std::ranges::find(values, value) != values.end();
            return is_good ? std::string{} : cat(names.front(), " ", value);
        }
        return Error{ErrorKind::NotFound, cat("sshd does not tell ", names.front()), {}};
    };
    return {names, good, judge};
}

// As the policy of ssh-harden asks, or stricter.
static Result<Question> is_as_wanted(const Facts& facts, std::vector<std::string> names,
                                     std::string good)
{
    SshPolicy part = TRY(facts.once(ssh_policy));
    part.algorithms.clear();
    std::erase_if(part.rules, [&](const SshRule& rule) {
        return std::ranges::find(names, lower(rule.name)) == names.end();
    });
    const auto judge = [part](const SshdSettings& settings) -> Result<std::string> {
        const auto wanted = TRY(wanted_settings(part, settings));
        if (wanted.empty())
            return Error{ErrorKind::NotFound, "sshd tells none of these settings", {}};
        std::vector<std::string> gaps;
        for (const auto& change : differences(wanted, settings))
            gaps.push_back(cat(lower(change.what), " ", change.from));
        return join(gaps, ", ");
    };
    return Question{std::move(names), std::move(good), judge};
}

Result<Outcome> passwords_are_off(const Facts& facts)
{
    return judged(facts, says_one_of({"passwordauthentication"}, {"no"}));
}

static bool always_asks_for_a_key(const SshdSettings& settings)
{
    const auto methods = settings.get("authenticationmethods");
    if (!methods || *methods == "any")
        return false;
    return std::ranges::all_of(split(*methods, ' '), [](std::string_view list) {
        const auto needed = split(list, ',');
        return std::ranges::find(needed, "publickey") != needed.end();
    });
}

Result<Outcome> keyboard_interactive_is_off(const Facts& facts)
{
    auto question =
        says_one_of({"kbdinteractiveauthentication", "challengeresponseauthentication"}, {"no"});
    question.judge = [off = question.judge](const SshdSettings& settings) {
        return always_asks_for_a_key(settings) ? Result{std::string{}} : off(settings);
    };
    return judged(facts, question);
}

Result<Outcome> root_needs_a_key(const Facts& facts)
{
    return judged(facts, says_one_of({"permitrootlogin"}, {"without-password", "prohibit-password",
                                                           "forced-commands-only", "no"}));
}

// The second field of a line of passwd or shadow.
static std::vector<std::string> without_password(std::string_view table)
{
    std::vector<std::string> names;
    for (const auto line : lines(table)) {
        const auto fields = split(line, ':');
        if (fields.size() > 2 && fields[1].empty())
            names.push_back(escaped(fields[0], 40));
    }
    return names;
}

Result<Outcome> nobody_has_an_empty_password(const Facts& facts)
{
    for (const auto* file : {"/etc/shadow", "/etc/passwd"}) {
        const auto text = TRY(facts.host().read(file).hint("run it as root"));
        const auto names = without_password(text);
        if (!names.empty())
            return fail(cat(join(names, ", "), " in ", file));
    }
    if (has_no_sshd(facts))
        return pass("/etc/shadow has none");
    return judged(facts, says_one_of({"permitemptypasswords"}, {"no"}));
}

Result<Outcome> forwards_nothing(const Facts& facts)
{
    return judged(facts, TRY(is_as_wanted(facts,
                                          {"x11forwarding", "permittunnel", "gatewayports",
                                           "permituserenvironment", "ignorerhosts",
                                           "hostbasedauthentication"},
                                          "X11, tunnels, open ports, user environments and host "
                                          "trust are off")));
}

// "10:30:100": from the tenth connection without a login some are dropped, from the last one all.
static std::string startups_gap(const SshdSettings& settings)
{
    constexpr long long most = 100;
    const auto value = settings.get("maxstartups");
    const auto fields = split(value ? std::string_view{*value} : std::string_view{}, ':');
    const auto all = to_number(fields.back());
    return value && (!all || *all > most) ? cat("maxstartups ", *value) : std::string{};
}

Result<Outcome> logins_are_limited(const Facts& facts)
{
    auto question = TRY(is_as_wanted(facts, {"maxauthtries", "maxsessions", "logingracetime"},
                                     "tries, time and sessions are limited"));
    question.names.emplace_back("maxstartups");
    question.judge = [policy = question.judge](const SshdSettings& settings) {
        auto gap = policy(settings);
        return gap && gap->empty() ? Result{startups_gap(settings)} : gap;
    };
    return judged(facts, question);
}

// Off is "no", and "none" for the limit of connections.
static std::string own_brake(const SshdSettings& settings)
{
    for (const auto* name : {"persourcepenalties", "persourcemaxstartups"}) {
        const auto value = settings.get(name);
        if (value && *value != "no" && *value != "none")
            return cat(name, " ", escaped(*value, 60));
    }
    return {};
}

Result<std::string> brake(const Facts& facts)
{
    const auto answers = TRY(facts.once(sshd_answers));
    auto own = own_brake(answers.all.front().settings);
    if (!own.empty())
        return own;
    if (facts.host().status("/run/fail2ban/fail2ban.sock"))
        return std::string{"fail2ban runs"};
    if (TRY(facts.once(own_inbound)).is_in_force)
        return std::string{"harden's firewall limits new connections of one source"};
    return std::string{};
}

Result<Outcome> sources_are_throttled(const Facts& facts)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto found = TRY(brake(facts));
    return found.empty() ? fail("neither sshd, nor fail2ban, nor harden's firewall does")
                         : pass(found);
}

}
