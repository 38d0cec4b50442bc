#include "ssh/spared_keys.h"

#include <algorithm>

namespace harden {

static constexpr auto setting = "RequiredRSASize";

// "/home/ann/.ssh/authorized_keys:3 is an RSA key of 2048 bits"; empty: none is too small.
static std::string small_key_of(const Host& host, const Account& account,
                                const SshdSettings& before, const KeyClock& now, int least)
{
    for (const auto& file : key_files(account, before)) {
        const auto text = host.read(file);
        if (!text)
            continue;
        for (const auto& key : parse_authorized_keys(*text))
            if (key.bits > 0 && key.bits < least && why_unusable(key, before, now).empty())
                return cat(escaped(file.native()), ":", std::to_string(key.line),
                           " is an RSA key of ", std::to_string(key.bits), " bits");
    }
    return {};
}

Result<std::vector<std::string>> spare_keys(const Host& host, const SshPolicy& policy,
                                            const SshdSettings& before,
                                            std::vector<SshWanted>& wanted)
{
    std::vector<std::string> notes;
    const auto rule = std::ranges::find(policy.rules, setting, &SshRule::name);
    const auto found = std::ranges::find(wanted, setting, &SshWanted::name);
    if (rule == policy.rules.end() || !rule->spare_keys || found == wanted.end())
        return notes;
    const auto least = to_number(found->value).value_or(0);
    const auto now = TRY(key_clock(host));
    for (const auto& account : TRY(all_accounts(host))) {
        const auto small = small_key_of(host, account, before, now, static_cast<int>(least));
        if (!small.empty())
            notes.push_back(cat("left out: ", setting, " ", found->value, ", for ", small));
    }
    if (!notes.empty())
        wanted.erase(found);
    return notes;
}

}
