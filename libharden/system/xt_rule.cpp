#include "system/xt_rule.h"

#include "node/ports.h"
#include "system/xt_blocks.h"

#include <netinet/in.h>

namespace harden {

std::string name_of(XtFamily family)
{
    return family == XtFamily::V4 ? "ip" : "ip6";
}

std::string comment_of(const XtRule& rule)
{
    for (const auto& match : rule.matches)
        if (auto comment = comment_in(match))
            return *std::move(comment);
    return {};
}

bool is_ours(const XtRule& rule)
{
    return comment_of(rule).starts_with(our_tag);
}

static std::string protocol_text(std::uint8_t protocol)
{
    if (protocol == IPPROTO_TCP)
        return "tcp";
    return protocol == IPPROTO_UDP ? "udp" : std::to_string(protocol);
}

static std::string match_text(const XtBlock& match)
{
    if (const auto ports = ports_of(match))
        return cat(" --dport ", to_text(*ports));
    if (const auto comment = comment_in(match))
        return cat(" --comment ", escaped(*comment));
    return cat(" -m ", escaped(match.name));
}

std::string to_text(const XtRule& rule)
{
    std::string text;
    const auto add = [&](std::string_view option, const std::string& value) {
        if (!value.empty())
            text += cat(" ", option, " ", escaped(value));
    };
    add("-i", rule.in);
    add("-o", rule.out);
    if (rule.source)
        add("-s", to_text(*rule.source));
    if (rule.destination)
        add("-d", to_text(*rule.destination));
    if (rule.protocol != 0)
        add("-p", protocol_text(rule.protocol));
    for (const auto& match : rule.matches)
        text += match_text(match);
    add("-j", rule.target ? rule.target->name : rule.verdict);
    if (rule.is_foreign)
        text += " (with parts that are not of harden)";
    return text.empty() ? text : text.substr(1);
}

}
