#include "egress/rule_part.h"

#include "base/text.h"

namespace harden {

static std::string_view name_of(Transport transport)
{
    return transport == Transport::Tcp ? "tcp" : "udp";
}

static std::string_view header_of(bool is_v6)
{
    return is_v6 ? "ip6" : "ip";
}

namespace {

// One text for each part.
struct Text {
    std::string operator()(const part::Interface& p) const
    {
        return cat(p.way == Way::In ? "iifname" : "oifname",
                   p.is_container ? " " : " != ", "@container_if");
    }
    std::string operator()(const part::Reply&) const { return "ct direction reply"; }
    std::string operator()(const part::FirstPacket&) const
    {
        return "ct status and confirmed != confirmed";
    }
    std::string operator()(const part::Family& p) const
    {
        return cat("meta nfproto ", p.is_v6 ? "ipv6" : "ipv4");
    }
    std::string operator()(const part::Protocol& p) const
    {
        return cat("meta l4proto ", name_of(p.transport));
    }
    std::string operator()(const part::Address& p) const
    {
        return cat(header_of(p.is_v6), p.side == Side::Source ? " saddr @" : " daddr @", p.set);
    }
    std::string operator()(const part::Port& p) const
    {
        return cat(name_of(p.transport), " dport @", p.set);
    }
    std::string operator()(const part::PortMap& p) const
    {
        return cat(name_of(p.transport), " dport vmap @", p.map);
    }
    std::string operator()(const part::Target& p) const
    {
        const auto header = header_of(p.is_v6);
        return cat(p.has_source ? cat(header, " saddr . ") : "", header, " daddr . ",
                   name_of(p.transport), " dport @", p.set);
    }
    std::string operator()(const part::Loopback&) const { return "oifname \"lo\""; }
    std::string operator()(const part::Cgroup& p) const
    {
        return cat("socket cgroupv2 level ", std::to_string(p.level), " @", p.set);
    }
    std::string operator()(const part::Count& p) const { return cat("counter name ", p.counter); }
    std::string operator()(const part::CountSource& p) const
    {
        return cat("update @", p.set, " { ", header_of(p.is_v6), " saddr counter }");
    }
    std::string operator()(const part::RateOver& p) const
    {
        return cat("add @", p.set, " { ", header_of(p.is_v6), " saddr limit rate over ",
                   std::to_string(p.per_second), "/second burst ", std::to_string(p.burst),
                   " packets }");
    }
    std::string operator()(const part::FlowsOver& p) const
    {
        return cat("add @", p.set, " { ", header_of(p.is_v6), " saddr ct count over ",
                   std::to_string(p.flows), " }");
    }
    std::string operator()(const part::LogLimit&) const
    {
        return cat("limit rate ", std::to_string(logs_per_second), "/second burst ",
                   std::to_string(log_burst), " packets");
    }
    std::string operator()(const part::Log& p) const
    {
        return cat("log prefix \"", p.prefix, "\" group ", std::to_string(log_group));
    }
    std::string operator()(const part::Return&) const { return "return"; }
    std::string operator()(const part::Drop&) const { return "drop"; }
    std::string operator()(const part::Jump& p) const { return cat("jump ", p.chain); }
    std::string operator()(const part::Goto& p) const { return cat("goto ", p.chain); }
    std::string operator()(const part::Reset&) const { return "reject with tcp reset"; }
    std::string operator()(const part::Prohibited&) const
    {
        return "reject with icmpx admin-prohibited";
    }
};

}

std::string to_text(const RuleParts& rule)
{
    std::vector<std::string> words;
    for (const auto& each : rule)
        words.push_back(std::visit(Text{}, each));
    return join(words, " ");
}

}
