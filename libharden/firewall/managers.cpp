#include "firewall/managers.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

// ufw's unit is active also where ufw is switched off.
static Result<bool> ufw_is_on(const Host& host)
{
    const auto text = host.read("/etc/ufw/ufw.conf");
    if (text.is_absent())
        return false;
    if (!text)
        return text.error();
    return std::ranges::any_of(lines(*text),
                               [](std::string_view line) { return trim(line) == "ENABLED=yes"; });
}

static Result<bool> is_active(const Host& host, const std::string& unit)
{
    const auto answer = host.query({"systemctl", "is-active", "--quiet", unit});
    if (answer.is_absent()) // a node without systemd
        return false;
    return TRY(answer).status == 0;
}

Result<std::vector<FirewallManager>> other_managers(const Host& host)
{
    std::vector<FirewallManager> found;
    const auto both = [](std::string_view name, std::string_view end) {
        return cat("what comes in must pass its rules and ours, so open a port in both, or keep "
                   "one: ",
                   end, " keeps harden's, harden firewall remove keeps ", name, "'s");
    };
    if (TRY(ufw_is_on(host)))
        found.push_back({"ufw", both("ufw", "ufw disable")});
    if (TRY(is_active(host, "firewalld.service")))
        found.push_back({"firewalld", both("firewalld", "systemctl disable --now firewalld")});
    if (TRY(is_active(host, "netfilter-persistent.service")))
        found.push_back({"netfilter-persistent",
                         "it brings saved iptables rules back at every boot; they judge beside "
                         "ours and cannot open what ours closes"});
    if (TRY(is_active(host, "nftables.service")))
        found.push_back({"nftables", "its start and reload empty the whole packet filter; "
                                     "harden-firewall.service puts our table back"});
    return found;
}

}
