#include "checks/judged.h"
#include "checks/ssh_facts.h"
#include "checks/ssh_looks.h"
#include "ssh/fingerprints.h"
#include "ssh/unread_settings.h"

#include <algorithm>
#include <set>

namespace harden {

static constexpr int least_rsa_bits = 3072; // of host keys

static Result<std::vector<AuthorizedKey>> host_keys(const Facts& facts)
{
    std::vector<AuthorizedKey> keys;
    const auto answers = TRY(facts.once(sshd_answers));
    const auto& settings = answers.all.front().settings;
    for (const auto& file : settings.all("hostkey")) {
        if (facts.host().status(file).is_absent())
            continue; // sshd does without
        const auto text = TRY(facts.host().read(cat(file, ".pub")));
        auto found = parse_authorized_keys(text);
        if (found.size() != 1)
            return Error{ErrorKind::Malformed, cat(escaped(file, 120), ".pub is no key"), {}};
        keys.push_back(std::move(found.front()));
    }
    return keys;
}

Result<Outcome> host_keys_are_strong(const Facts& facts)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto keys = TRY(host_keys(facts));
    const auto prints = TRY(key_prints(facts.host(), keys));
    std::string own;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& type = keys[i].type;
        if (type == "ssh-dss")
            return fail("a DSA key");
        if (type == "ssh-rsa" && prints[i].bits < least_rsa_bits)
            return fail(cat("an RSA key of ", std::to_string(prints[i].bits), " bits"));
        if (type == "ssh-ed25519")
            own = prints[i].fingerprint;
    }
    if (own.empty())
        return fail("no ed25519 key");
    return pass(cat(std::to_string(keys.size()), " keys, ed25519 ", own,
                    "; that no other node has it, only their reports together tell"));
}

Result<Outcome> drop_in_is_first(const Facts& facts)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto text = facts.host().read(sshd_drop_in_file);
    if (text.is_absent())
        return fail(cat(sshd_drop_in_file, " does not exist"));
    std::set<std::string> ours;
    for (const auto& directive : parse_sshd_config(TRY(text), sshd_drop_in_file))
        ours.insert(directive.name);
    for (const auto& directive : TRY(facts.once(sshd_directives))) {
        const auto where = escaped(position_of(directive), 120);
        if (directive.file == sshd_drop_in_file)
            return directive.is_conditional
                       ? fail(cat(sshd_drop_in_file, " is included below a Match block"))
                       : pass(cat(sshd_drop_in_file, ", before all that says the same"));
        if (ours.contains(directive.name))
            return fail(cat(where, " sets ", escaped(directive.name, 40), " before it"));
    }
    return fail(cat("sshd does not read ", sshd_drop_in_file));
}

// sshd writes its process file whenever it starts or reloads.
static std::string unread(const Facts& facts, const std::vector<SshdDirective>& directives,
                          const SshdSettings& settings)
{
    auto file = unread_file(facts.host(), directives, settings);
    const auto process_file = settings.get("pidfile");
    const auto read_at = facts.host().status(process_file ? *process_file : "");
    const auto drop_in = facts.host().status(sshd_drop_in_file);
    if (file.empty() && read_at && drop_in && drop_in->modified > read_at->modified)
        file = sshd_drop_in_file;
    return file;
}

// What the running sshd offers beside what its files would have it offer.
static std::string differing(const SshWire& wire, const SshdSettings& settings)
{
    const auto listed = [&](std::string_view name) {
        const auto text = settings.joined(name);
        const auto names = split(text, ',');
        return std::set<std::string>{names.begin(), names.end()};
    };
    for (const auto& server : wire.servers) {
        std::set<std::string> offered;
        for (const auto& name : server.greeting.key_exchanges)
            if (!is_marker(name))
                offered.insert(name);
        const auto& ciphers = server.greeting.ciphers;
        if (offered != listed("kexalgorithms"))
            return "KexAlgorithms";
        if (std::set<std::string>{ciphers.begin(), ciphers.end()} != listed("ciphers"))
            return "Ciphers";
    }
    return {};
}

Result<Outcome> files_are_read(const Facts& facts)
{
    if (has_no_sshd(facts))
        return without_sshd();
    const auto wire = TRY(facts.once(ssh_wire));
    if (wire.servers.empty())
        return not_applicable("no sshd listens on this machine");
    const auto directives = TRY(facts.once(sshd_directives));
    const auto answers = TRY(facts.once(sshd_answers));
    const auto& settings = answers.all.front().settings;
    const auto file = unread(facts, directives, settings);
    if (!file.empty())
        return fail(cat(escaped(file, 120), " was changed after sshd read it"));
    const auto other = differing(wire, settings);
    if (!other.empty())
        return fail(cat("its files say other ", other, " than it offers on the wire"));
    const auto process_file = settings.get("pidfile");
    if (!facts.host().status(process_file ? *process_file : ""))
        return pass("it offers the algorithms of its files; when it read them nothing tells");
    return pass("it offers what its files say, and none of them is newer");
}

// RSA keys that are short and yet let in by the policy are told, not failed.
static bool is_let_in(const InventoryKey& key, const std::string& problem, const SshPolicy& policy)
{
    const auto rule = std::ranges::find(policy.rules, "RequiredRSASize", &SshRule::name);
    return key.type == "ssh-rsa" && problem.ends_with("bits is weak") &&
           rule != policy.rules.end() && rule->range && key.bits >= rule->range->least;
}

Result<Outcome> keys_are_in_order(const Facts& facts)
{
    constexpr std::size_t most_told = 3;
    if (has_no_sshd(facts))
        return without_sshd();
    const auto inventory = TRY(facts.once(ssh_keys));
    const auto policy = TRY(facts.once(ssh_policy));
    auto problems = inventory.file_problems;
    int tolerated = 0;
    for (const auto& key : inventory.keys)
        for (const auto& problem : key.problems) {
            const bool is_tolerated = is_let_in(key, problem, policy);
            tolerated += is_tolerated ? 1 : 0;
            if (!is_tolerated)
                problems.push_back(cat(escaped(key.place, 120), " ", escaped(problem, 80)));
        }
    if (!problems.empty())
        return fail(some_of(std::move(problems), most_told));
    if (!inventory.unread.empty())
        return Error{ErrorKind::Denied, escaped(inventory.unread.front(), 160), {}};
    return pass(cat(std::to_string(inventory.keys.size()), " keys",
                    tolerated == 0 ? ""
                                   : cat(", ", std::to_string(tolerated),
                                         " of them RSA below 3072 bits, which the policy lets in"),
                    policy.known_keys.empty() ? "; no list of known keys is kept" : ""));
}

// Why somebody else than root could change or read it; empty: nobody could.
static Result<std::string> gap_of(const Host& host, const std::string& file, unsigned forbidden)
{
    const auto status = TRY(host.status(file));
    if (status.type == FileType::Link)
        return std::string{};
    if (status.owner != 0)
        return cat(escaped(file, 120), " is not root's");
    if ((status.mode & forbidden) != 0)
        return cat(escaped(file, 120), forbidden == 077U ? " can be read" : " can be written",
                   " by others than root");
    return std::string{};
}

Result<Outcome> files_are_guarded(const Facts& facts)
{
    constexpr unsigned others_write = 022;
    constexpr unsigned others_read = 077;
    if (has_no_sshd(facts))
        return without_sshd();
    const auto& host = facts.host();
    std::set<std::string> files{"/etc/ssh"};
    for (const auto& directive : TRY(facts.once(sshd_directives)))
        files.insert({directive.file, Path{directive.file}.parent_path().native()});
    for (const auto& file : files)
        if (auto gap = TRY(gap_of(host, file, others_write)); !gap.empty())
            return fail(std::move(gap));
    const auto answers = TRY(facts.once(sshd_answers));
    const auto& settings = answers.all.front().settings;
    for (const auto& key : settings.all("hostkey")) {
        if (host.status(key).is_absent())
            continue;
        if (auto gap = TRY(gap_of(host, key, others_read)); !gap.empty())
            return fail(std::move(gap));
    }
    return pass(cat(std::to_string(files.size()), " files and directories, and the host keys"));
}

}
