#include "checks/judged.h"
#include "checks/ssh_facts.h"
#include "checks/ssh_looks.h"
#include "ssh/drop_in.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr auto nobody_listens = "no sshd listens on this machine";

static std::string port_of(const SshServer& server)
{
    return cat("port ", std::to_string(server.port));
}

static std::string told(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 6;
    return escaped(some_of(names, most), 300);
}

Result<Outcome> offers_keys_only(const Facts& facts)
{
    const auto servers = TRY(facts.once(offered_methods));
    if (servers.empty())
        return not_applicable(nobody_listens);
    std::vector<std::string> seen;
    for (const auto& server : servers) {
        const auto where = cat(" on port ", std::to_string(server.port));
        if (server.methods.empty())
            return fail(cat("root came in without any proof", where));
        const auto methods = told(server.methods);
        if (server.methods != std::vector<std::string>{"publickey"})
            return fail(cat(methods, where));
        seen.push_back(cat(methods, where));
    }
    return pass(join(seen, ", "));
}

// The policy's list of that name.
static Result<std::vector<std::string>> wanted_algorithms(const Facts& facts, std::string_view name)
{
    const auto policy = TRY(facts.once(ssh_policy));
    const auto found = std::ranges::find(policy.algorithms, name, &SshAlgorithms::name);
    if (found == policy.algorithms.end())
        return Error{ErrorKind::NotFound, cat(site_ssh_policy, " names no ", name), {}};
    return found->preferred;
}

static std::vector<std::string> without(const std::vector<std::string>& offered,
                                        const std::vector<std::string>& wanted)
{
    std::vector<std::string> others;
    for (const auto& name : offered)
        if (!is_marker(name) && std::ranges::find(wanted, name) == wanted.end())
            others.push_back(name);
    return others;
}

// Post-quantum methods of the policy that this node's OpenSSH has. For Facts::once.
static Result<std::vector<std::string>> known_post_quantum(const Facts& facts)
{
    const Command ask{"ssh", "-Q", "kex"};
    const auto answer = TRY(succeeded(facts.host().query(ask), ask));
    std::vector<std::string> known;
    for (const auto line : lines(answer.out))
        known.emplace_back(trim(line));
    std::vector<std::string> found;
    for (const auto& name : TRY(wanted_algorithms(facts, "KexAlgorithms")))
        if (is_post_quantum_only(name) && std::ranges::find(known, name) != known.end())
            found.push_back(name);
    return found;
}

Result<Outcome> key_exchange_is_strong(const Facts& facts)
{
    const auto servers = TRY(facts.once(ssh_wire)).servers;
    if (servers.empty())
        return not_applicable(nobody_listens);
    const auto wanted = TRY(wanted_algorithms(facts, "KexAlgorithms"));
    for (const auto& server : servers) {
        const auto& offered = server.greeting.key_exchanges;
        const auto others = without(offered, wanted);
        if (!others.empty())
            return fail(cat(port_of(server), " offers ", told(others)));
        if (std::ranges::any_of(offered, is_post_quantum_only))
            continue;
        const auto known = TRY(facts.once(known_post_quantum));
        if (!known.empty())
            return fail(cat(port_of(server), " does not offer ", known.front(),
                            ", which this OpenSSH has"));
    }
    return pass(told(without(servers.front().greeting.key_exchanges, {})));
}

Result<Outcome> ciphers_are_strong(const Facts& facts)
{
    const auto servers = TRY(facts.once(ssh_wire)).servers;
    if (servers.empty())
        return not_applicable(nobody_listens);
    const auto ciphers = TRY(wanted_algorithms(facts, "Ciphers"));
    const auto macs = TRY(wanted_algorithms(facts, "MACs"));
    for (const auto& server : servers) {
        auto others = without(server.greeting.ciphers, ciphers);
        std::ranges::move(without(server.greeting.macs, macs), std::back_inserter(others));
        if (!others.empty())
            return fail(cat(port_of(server), " offers ", told(others)));
    }
    const auto& first = servers.front().greeting;
    return pass(cat(told(first.ciphers), "; ", told(first.macs)));
}

// Terrapin needs a cipher whose stream can be cut short unseen.
static std::string open_to_terrapin(const SshGreeting& greeting)
{
    const auto& macs = greeting.macs;
    const bool has_etm = std::ranges::any_of(
        macs, [](const std::string& name) { return name.find("-etm@") != std::string::npos; });
    for (const auto& cipher : greeting.ciphers)
        if (cipher.starts_with("chacha20-") || (has_etm && cipher.ends_with("-cbc")))
            return cipher;
    return {};
}

Result<Outcome> key_exchange_is_strict(const Facts& facts)
{
    constexpr std::string_view strict = "kex-strict-s-v00@openssh.com";
    const auto servers = TRY(facts.once(ssh_wire)).servers;
    if (servers.empty())
        return not_applicable(nobody_listens);
    std::string how = "strict key exchange";
    for (const auto& server : servers) {
        const auto& offered = server.greeting.key_exchanges;
        if (std::ranges::find(offered, strict) != offered.end())
            continue;
        const auto cipher = open_to_terrapin(server.greeting);
        if (!cipher.empty())
            return fail(cat(port_of(server), " offers ", escaped(cipher, 60),
                            " without strict key exchange (CVE-2023-48795)"));
        how = "no cipher that needs strict key exchange";
    }
    return pass(how);
}

namespace {

constexpr auto race = "CVE-2024-6387";

// The release of each distribution that closed the race: its greeting up to the last number.
struct FixedRelease {
    std::string_view greeting;
    long long least = 0;
};
constexpr std::array fixed_releases{
    FixedRelease{"OpenSSH_9.2p1 Debian-2+deb12u", 3},
    FixedRelease{"OpenSSH_9.7p1 Debian-", 7},
    FixedRelease{"OpenSSH_8.9p1 Ubuntu-3ubuntu0.", 10},
    FixedRelease{"OpenSSH_9.3p1 Ubuntu-1ubuntu3.", 6},
    FixedRelease{"OpenSSH_9.6p1 Ubuntu-3ubuntu13.", 3},
};

}

// "9.2p1" as 902; none where it is no version of OpenSSH.
static std::optional<int> openssh_version(std::string_view software)
{
    constexpr std::string_view name = "OpenSSH_";
    if (!software.starts_with(name))
        return std::nullopt;
    software.remove_prefix(name.size());
    const auto dot = software.find('.');
    const auto major = to_number(software.substr(0, dot));
    if (dot == std::string_view::npos || !major || *major > 99)
        return std::nullopt;
    auto rest = software.substr(dot + 1);
    const auto minor = to_number(rest.substr(0, rest.find_first_not_of("0123456789")));
    if (!minor || *minor > 99)
        return std::nullopt;
    return static_cast<int>(*major * 100 + *minor);
}

static bool is_fixed_release(std::string_view software)
{
    return std::ranges::any_of(fixed_releases, [&](const FixedRelease& release) {
        if (!software.starts_with(release.greeting))
            return false;
        auto rest = software.substr(release.greeting.size());
        const auto number = to_number(rest.substr(0, rest.find_first_not_of("0123456789")));
        return number && *number >= release.least;
    });
}

// A distribution's package says so in its changelog.
static bool changelog_names_race(const Host& host)
{
    const auto text = host.query({"zcat", "/usr/share/doc/openssh-server/changelog.Debian.gz"});
    return text && text->out.find(race) != std::string::npos;
}

static Result<std::string> how_race_is_closed(const Facts& facts, std::string_view software)
{
    constexpr int first = 805;
    constexpr int fixed = 908;
    const auto version = openssh_version(software);
    if (!version)
        return std::string{"not OpenSSH, which alone has it"};
    if (*version < first || *version >= fixed)
        return std::string{"not among the versions that have it"};
    if (is_fixed_release(software))
        return std::string{"closed by the distribution"};
    const auto answers = TRY(facts.once(sshd_answers));
    const auto& stranger = answers.all.front().settings;
    if (stranger.joined("logingracetime") == "0")
        return std::string{"LoginGraceTime 0"};
    if (changelog_names_race(facts.host()))
        return cat("its package's changelog names ", race);
    return std::string{};
}

// "SSH-2.0-OpenSSH_9.2p1 Debian-2": what stands behind the protocol's version.
static std::string software_of(std::string_view identification)
{
    constexpr std::size_t protocol = 4; // behind "SSH-"
    const auto dash = identification.find('-', protocol);
    return std::string{dash == std::string_view::npos ? "" : identification.substr(dash + 1)};
}

Result<Outcome> grace_race_is_fixed(const Facts& facts)
{
    const auto servers = TRY(facts.once(ssh_wire)).servers;
    if (servers.empty())
        return not_applicable(nobody_listens);
    std::vector<std::string> seen;
    for (const auto& server : servers) {
        const auto software = software_of(server.greeting.identification);
        const auto how = TRY(how_race_is_closed(facts, software));
        if (how.empty())
            return fail(cat(port_of(server), ": ", escaped(software, 80), " is open to ", race));
        seen.push_back(cat(escaped(software, 80), ": ", how));
    }
    return pass(join(seen, ", "));
}

}
