#include "system/xt_blocks.h"

#include <algorithm>
#include <cstring>
#include <linux/in.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_NFLOG.h>
#include <linux/netfilter/xt_comment.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_limit.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>

namespace harden {

static constexpr std::size_t aligned(std::size_t size)
{
    return (size + 7) & ~std::size_t{7};
}

template<class Info>
static XtBlock block(std::string_view name, std::uint8_t revision, const Info& info)
{
    XtBlock made{std::string{name}, revision, std::vector<std::uint8_t>(aligned(sizeof info))};
    std::memcpy(made.info.data(), &info, sizeof info);
    return made;
}

// None where the block is another one or of another size than we make.
template<class Info>
static std::optional<Info> info_of(const XtBlock& block, std::string_view name,
                                   std::uint8_t revision)
{
    if (block.name != name || block.revision != revision ||
        block.info.size() != aligned(sizeof(Info)))
        return {};
    Info info;
    std::memcpy(&info, block.info.data(), sizeof info);
    return info;
}

template<std::size_t Size>
static void put_text(char (&field)[Size], std::string_view text)
{
    std::copy_n(text.begin(), std::min(text.size(), Size - 1), field);
}

XtBlock xt_comment(std::string_view text)
{
    xt_comment_info info{};
    put_text(info.comment, text);
    return block("comment", 0, info);
}

template<class Info>
static XtBlock ports_block(std::string_view name, const PortRange& destination)
{
    Info info{};
    info.spts[1] = 0xffff;
    info.dpts[0] = destination.first;
    info.dpts[1] = destination.last;
    return block(name, 0, info);
}

XtBlock xt_ports(std::uint8_t protocol, const PortRange& destination)
{
    return protocol == IPPROTO_TCP ? ports_block<xt_tcp>("tcp", destination)
                                   : ports_block<xt_udp>("udp", destination);
}

XtBlock xt_reply_direction()
{
    xt_conntrack_mtinfo3 info{};
    info.match_flags = XT_CONNTRACK_DIRECTION;
    info.invert_flags = XT_CONNTRACK_DIRECTION; // original, inverted
    return block("conntrack", 3, info);
}

XtBlock xt_limit(std::uint32_t per_second, std::uint32_t burst)
{
    xt_rateinfo info{};
    info.avg = XT_LIMIT_SCALE / per_second;
    info.burst = burst;
    return block("limit", 0, info);
}

XtBlock xt_nflog(std::uint16_t group, std::string_view prefix)
{
    xt_nflog_info info{};
    info.group = group;
    put_text(info.prefix, prefix);
    return block("NFLOG", 0, info);
}

XtBlock xt_tcp_reset(XtFamily family)
{
    return family == XtFamily::V4 ? block("REJECT", 0, ipt_reject_info{IPT_TCP_RESET})
                                  : block("REJECT", 0, ip6t_reject_info{IP6T_TCP_RESET});
}

XtBlock xt_prohibited(XtFamily family)
{
    return family == XtFamily::V4 ? block("REJECT", 0, ipt_reject_info{IPT_ICMP_ADMIN_PROHIBITED})
                                  : block("REJECT", 0, ip6t_reject_info{IP6T_ICMP6_ADM_PROHIBITED});
}

std::optional<PortRange> ports_of(const XtBlock& block)
{
    if (const auto tcp = info_of<xt_tcp>(block, "tcp", 0))
        return PortRange{tcp->dpts[0], tcp->dpts[1]};
    if (const auto udp = info_of<xt_udp>(block, "udp", 0))
        return PortRange{udp->dpts[0], udp->dpts[1]};
    return {};
}

std::optional<std::string> comment_in(const XtBlock& block)
{
    const auto info = info_of<xt_comment_info>(block, "comment", 0);
    if (!info)
        return {};
    return std::string{info->comment, strnlen(info->comment, sizeof info->comment)};
}

}
