// A site's policy: whatever it says, it is either refused with its place or makes a table that
// holds nothing but what tables are made of; and the kernel's sockets, whatever they hold.
#include "firewall/exposure.h"

#include <algorithm>
#include <cstdlib>

using namespace harden;

static void must(bool holds)
{
    if (!holds)
        std::abort();
}

static void check_table(const FirewallPolicy& policy)
{
    const auto text = table_text(policy, {{22}, parse_network("2001:db8::7").operator*()});
    long open = 0;
    long quotes = 0;
    for (const char letter : text) {
        must(letter == '\n' || (letter >= ' ' && letter < 127));
        must(std::string_view{"'`$\\#!"}.find(letter) == std::string_view::npos);
        open += letter == '{' ? 1 : letter == '}' ? -1 : 0;
        quotes += letter == '"' ? 1 : 0;
        must(open >= 0);
    }
    must(open == 0 && quotes % 2 == 0);
    must(text.find("policy drop;") != std::string::npos);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto policy = parse_firewall_policy(text);
    if (policy)
        check_table(*policy);
    else
        must(policy.error().message.find(site_firewall_policy) != std::string::npos ||
             policy.error().message.find("rules/firewall.toml") != std::string::npos);
    if (const auto sockets = parse_sockets(text, Protocol::Tcp))
        for (const auto& socket : *sockets)
            must(bool{parse_network(socket.address)});
    return 0;
}
