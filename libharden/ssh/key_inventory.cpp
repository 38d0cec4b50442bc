#include "ssh/key_inventory.h"

#include "ssh/fingerprints.h"
#include "ssh/key_login.h"
#include "ssh/sshd_config.h"

#include <algorithm>
#include <optional>
#include <set>

namespace harden {

static constexpr int least_rsa_bits = 3072;

std::vector<std::string> parse_known_keys(std::string_view text)
{
    std::vector<std::string> known;
    for (const auto line : lines(text)) {
        const auto word = split(trim(line), ' ').front();
        if (word.starts_with("SHA256:"))
            known.emplace_back(word);
    }
    return known;
}

namespace {

struct Taking {
    const Host& host;
    KeyClock now;
    std::string known_file;
    std::vector<std::string> known;
    KeyInventory inventory;
    std::set<std::pair<std::string, Path>> seen; // account and file
};

}

static std::vector<std::string> problems_of(const Taking& taking, const AuthorizedKey& key,
                                            const KeyPrint& print)
{
    std::vector<std::string> problems;
    if (key.type == "ssh-dss")
        problems.emplace_back("DSA is weak");
    if (key.type == "ssh-rsa" && print.bits < least_rsa_bits)
        problems.push_back(cat("RSA of ", std::to_string(print.bits), " bits is weak"));
    if (is_expired(key, taking.now))
        problems.emplace_back("has expired");
    if (!taking.known_file.empty() &&
        std::ranges::find(taking.known, print.fingerprint) == taking.known.end())
        problems.push_back(cat("is not in ", taking.known_file));
    return problems;
}

static Result<> take_keys(Taking& taking, const std::string& account, const Path& file,
                          std::string_view text, bool all_authorities)
{
    const auto keys = parse_authorized_keys(text);
    const auto prints = TRY(key_prints(taking.host, keys).during(file.native()));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& key = keys[i];
        InventoryKey found{.account = account,
                           .place = cat(file.native(), ":", std::to_string(key.line)),
                           .type = key.type,
                           .bits = prints[i].bits,
                           .fingerprint = prints[i].fingerprint,
                           .comment = key.comment,
                           .options = key.options};
        found.is_authority = all_authorities || has_option(key, "cert-authority");
        found.problems = problems_of(taking, key, prints[i]);
        taking.inventory.keys.push_back(std::move(found));
    }
    return done;
}

static Result<> take_file(Taking& taking, const Account& account, const Path& file)
{
    const auto text = taking.host.read(file);
    if (text.is_absent() || !taking.seen.insert({account.name, file}).second)
        return done;
    if (!text) {
        taking.inventory.unread.push_back(text.error().message);
        return done;
    }
    if (auto distrust = why_not_trusted(taking.host, account, file); !distrust.empty())
        taking.inventory.file_problems.push_back(
            cat(escaped(account.name), ": ", std::move(distrust)));
    return take_keys(taking, account.name, file, *text, false);
}

static void take_source(Taking& taking, const std::string& account, const SshdSettings& settings)
{
    for (const auto* name : {"AuthorizedKeysCommand", "AuthorizedPrincipalsCommand",
                             "AuthorizedPrincipalsFile", "TrustedUserCAKeys"}) {
        const auto value = settings.joined(name);
        const auto has_said = [&](const InventorySource& source) {
            return source.setting == name && source.value == value;
        };
        auto& sources = taking.inventory.sources;
        if (!value.empty() && value != "none" && std::ranges::none_of(sources, has_said))
            sources.push_back({account, name, value});
    }
}

static Result<> take_authorities(Taking& taking)
{
    const auto sources = taking.inventory.sources;
    for (const auto& source : sources) {
        if (source.setting != "TrustedUserCAKeys")
            continue;
        const auto text = taking.host.read(source.value);
        if (text)
            TRY(take_keys(taking, source.account, source.value, *text, true));
        else
            taking.inventory.unread.push_back(text.error().message);
    }
    return done;
}

static Result<bool> tells_people_apart(const Host& host)
{
    const auto directives = TRY(read_sshd_config(host));
    return std::ranges::any_of(directives, [](auto& one) { return one.name == "match"; });
}

Result<KeyInventory> key_inventory(const Host& host, const SshPolicy& policy)
{
    Taking taking{host, TRY(key_clock(host)), policy.known_keys, {}, {}, {}};
    if (!taking.known_file.empty())
        taking.known =
            parse_known_keys(TRY(host.read(taking.known_file).during("read the known keys")));
    const auto for_all = TRY(effective_sshd_settings(host));
    const bool is_apart = TRY(tells_people_apart(host));
    take_source(taking, {}, for_all);
    for (const auto& account : TRY(all_accounts(host))) {
        const auto settings =
            is_apart ? TRY(effective_sshd_settings(host, {.user = account.name})) : for_all;
        take_source(taking, account.name, settings);
        for (const auto& file : key_files(account, settings))
            TRY(take_file(taking, account, file));
    }
    TRY(take_authorities(taking));
    return taking.inventory;
}

bool is_in_order(const KeyInventory& inventory)
{
    return inventory.file_problems.empty() &&
           std::ranges::all_of(inventory.keys, [](auto& key) { return key.problems.empty(); });
}

}
