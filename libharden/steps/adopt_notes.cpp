#include "base/text.h"
#include "gvisor/layout.h"
#include "ssh/ssh_policy.h"
#include "ssh/sshd_config.h"
#include "steps/adopt.h"
#include "steps/adopt_files.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr auto sshd_backup = "/etc/ssh/sshd_config.bak";
static constexpr auto old_runtime = "/usr/local/bin/runsc";
static constexpr std::array<std::string_view, 3> edited{"passwordauthentication", "permitrootlogin",
                                                        "permitemptypasswords"};

static std::string in_lower_case(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return text;
}

static bool is_strict(const SshPolicy& policy, const SshdDirective& directive)
{
    const auto value = directive.arguments.empty() ? std::string{} : directive.arguments.front();
    return std::ranges::any_of(policy.rules, [&](const SshRule& rule) {
        return in_lower_case(rule.name) == directive.name &&
               (value == rule.value ||
                std::ranges::find(rule.stricter, value) != rule.stricter.end());
    });
}

// Lines like ours do no harm below our drop-in, and are all there is where no drop-in is.
static Result<> note_sshd(const Host& host, std::vector<std::string>& notes)
{
    if (!host.status(sshd_backup))
        return done;
    const auto text = TRY(host.read(sshd_config_file));
    const auto settings = TRY(ssh_settings(host));
    const auto policy = TRY(ssh_policy_from(settings));
    for (const auto& directive : parse_sshd_config(text, sshd_config_file)) {
        if (directive.is_conditional || std::ranges::find(edited, directive.name) == edited.end())
            continue;
        notes.push_back(
            cat("keep ", position_of(directive), " (", directive.name, " ",
                escaped(join(directive.arguments, " ")), "): ",
                is_strict(policy, directive)
                    ? "as strict as ssh-harden's"
                    : "weaker than ssh-harden's, whose drop-in is read first with --profile full"));
    }
    notes.push_back(cat("keep ", sshd_backup, ": the only copy of the file before its edits"));
    return done;
}

std::vector<std::string> adoption_notes(const Node& node)
{
    const auto& host = node.host();
    std::vector<std::string> notes;
    for (const auto& place : lines_that_stay(host))
        notes.push_back(cat("keep ", escaped(place),
                            ": the line does more than run the script; edit it by hand"));
    if (const auto noted = note_sshd(host, notes); !noted)
        notes.push_back(cat("sshd_config was not read: ", noted.error().message));
    if (host.status(old_runtime))
        notes.push_back(cat("keep ", old_runtime,
                            ": containers that were made with it need it until they are made anew; "
                            "gvisor-install registers ",
                            gvisor_runtime));
    return notes;
}

}
