#include "checks/check.h"
#include "checks/firewall_looks.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr auto group = "Host Firewall";
static constexpr auto apply = "harden firewall apply";

static bool judges(const InboundChain& chain, std::string_view family)
{
    return chain.family == family || chain.family == "inet";
}

Denial denial_of(const std::vector<InboundChain>& chains)
{
    Denial denial;
    constexpr std::array families{std::pair{"ip", "IPv4"}, std::pair{"ip6", "IPv6"}};
    for (const auto& [family, name] : families) {
        const auto found = std::ranges::find_if(chains, [&](const InboundChain& chain) {
            return chain.denies && judges(chain, family);
        });
        if (found == chains.end())
            denial.open.emplace_back(name);
        else
            denial.by.push_back(cat(name, " by ", found->family, " ", escaped(found->name, 80)));
    }
    return denial;
}

static Result<Outcome> default_deny(const Facts& facts)
{
    if (!facts.probes().inbound)
        return Error{ErrorKind::Unsupported, "the packet filter was not read", {}};
    const auto denial = denial_of(TRY(facts.probes().inbound()));
    if (!denial.open.empty())
        return fail(cat(join(denial.open, " and "), " accept what no rule names"));
    return pass(join(denial.by, ", "));
}

static std::vector<Check> inbound_checks()
{
    using enum Severity;
    return {
        {.id = "firewall.default-deny",
         .group = group,
         .title = "Inbound traffic is denied unless allowed",
         .severity = High,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-4.2.7", "CIS-Ubuntu-4.3.8", "CIS-Ubuntu-4.4.2.1", "UBTU-24-100310"},
         .why = "What nobody thought of is open otherwise, often over IPv6 alone. The kernel's "
                "chains for packets to the node, of nftables and both kinds of iptables, and what "
                "they do with what no rule names.",
         .look = default_deny},
        {.id = "firewall.listening-ports",
         .group = group,
         .title = "Only allowed ports listen",
         .severity = High,
         .profile = Profile::Full,
         .remedy = "stop what listens, bind it to 127.0.0.1, or name it in "
                   "/etc/harden/firewall.toml and run harden firewall apply",
         .map = {"CIS-Ubuntu-4.2.6"},
         .why = "A service that nobody meant to show is the usual way in. Every socket that "
                "listens outside the loopback against rules/firewall.toml; what the policy does "
                "not name passes only behind harden's own table.",
         .look = only_allowed_listen},
        {.id = "firewall.published-ports",
         .group = group,
         .title = "Published ports obey the firewall",
         .severity = Critical,
         .profile = Profile::Full,
         .remedy = apply,
         .why = "Docker rewrites packets before ufw and the like see them, so that a published "
                "port is open in spite of them. Every published port against rules/firewall.toml, "
                "and harden's table, which judges them, in the kernel. Rules of your own in "
                "DOCKER-USER are not read.",
         .look = published_ports_obey},
        {.id = "firewall.one-manager",
         .group = group,
         .title = "One manager owns the firewall",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = "switch all but one off: ufw disable, systemctl disable --now UNIT",
         .map = {"CIS-Ubuntu-4.2.2", "CIS-Ubuntu-4.3.2", "CIS-Ubuntu-4.4.1.2"},
         .why = "Two of them undo each other at a reload or a boot. ufw's switch, the units of "
                "firewalld, nftables and netfilter-persistent, harden's table, and whether both "
                "kinds of iptables hold rules.",
         .look = one_manager},
    };
}

static std::vector<Check> lasting_checks()
{
    using enum Severity;
    return {
        {.id = "firewall.persistent",
         .group = group,
         .title = "The firewall is there after a boot, before Docker",
         .severity = High,
         .profile = Profile::Full,
         .remedy = apply,
         .map = {"CIS-Ubuntu-4.2.3", "CIS-Ubuntu-4.3.9"},
         .why = "Rules that are typed in are gone after a boot, and containers start before a late "
                "firewall. The kernel's table against the recorded one, and what systemd says of "
                "the unit that loads it: enabled, before the network and Docker.",
         .look = persistent},
        {.id = "firewall.operator-access",
         .group = group,
         .title = "The operator's address passes the firewall",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = "name the address under [ssh] in /etc/harden/firewall.toml",
         .map = {"UBTU-24-600200"},
         .why = "A firewall that shuts out who runs the node needs a rescue console. The address "
                "of this SSH login, else the one that was recorded, against rules/firewall.toml.",
         .look = operator_passes},
        {.id = "firewall.forwarding",
         .group = group,
         .title = "The node forwards for its bridges only",
         .severity = Medium,
         .profile = Profile::Full,
         .remedy = apply,
         .why = "Docker needs forwarding; a node that passes on everything is a neighbour's way "
                "into its networks. Forwarding in the kernel, and the chains that judge what is "
                "passed on, for IPv4 and IPv6.",
         .look = forwards_for_bridges},
    };
}

std::vector<Check> host_firewall_checks()
{
    auto all = inbound_checks();
    for (auto& check : lasting_checks())
        all.push_back(std::move(check));
    return all;
}

}
