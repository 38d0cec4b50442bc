#include "system/ruleset_events.h"

#include "egress/container_nft.h"
#include "egress/own_table.h"
#include "node/host_firewall_names.h"
#include "system/netlink_attributes.h"
#include "system/xt_rule.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace harden {

static Error failed(int error)
{
    const auto kind = error == EPERM ? ErrorKind::Denied : ErrorKind::Failed;
    return {kind, cat("listen to nf_tables: ", std::strerror(error)), {}};
}

namespace {

// The attributes of one message by number, as far as they may be read.
struct Attributes {
    static constexpr std::uint16_t most = 8;
    std::array<const nlattr*, most> all{};

    explicit Attributes(const nlmsghdr* message)
    {
        each_attribute(message, sizeof(nfgenmsg), [this](const nlattr* attribute) {
            if (const auto type = mnl_attr_get_type(attribute); type < most)
                all[type] = attribute;
        });
    }
    std::string_view text(std::uint16_t type) const
    {
        const auto* found = all[type];
        const bool is_text = found != nullptr && mnl_attr_validate(found, MNL_TYPE_NUL_STRING) >= 0;
        return is_text ? mnl_attr_get_str(found) : std::string_view{};
    }
    std::uint32_t number(std::uint16_t type) const
    {
        const auto* found = all[type];
        const bool is_number = found != nullptr && mnl_attr_validate(found, MNL_TYPE_U32) >= 0;
        return is_number ? ntohl(mnl_attr_get_u32(found)) : 0;
    }
};

}

static std::string_view chain_in(const Attributes& attributes, unsigned type)
{
    if (type == NFT_MSG_NEWCHAIN || type == NFT_MSG_DELCHAIN)
        return attributes.text(NFTA_CHAIN_NAME);
    if (type == NFT_MSG_NEWRULE || type == NFT_MSG_DELRULE)
        return attributes.text(NFTA_RULE_CHAIN);
    return {};
}

// What the DNS proxy adds to the sets of containers is no reason to look at the rules.
static bool touches_containers(std::string_view table, unsigned type)
{
    return table == container_table && type != NFT_MSG_NEWSETELEM && type != NFT_MSG_DELSETELEM;
}

// Every message but the last of a transaction names its table in its first attribute.
static bool touches_ours(const Attributes& attributes, std::uint8_t family, unsigned type)
{
    const auto table = attributes.text(NFTA_TABLE_NAME);
    if (family == NFPROTO_INET)
        return table == own_table_name || touches_containers(table, type);
    if (family == NFPROTO_NETDEV)
        return touches_containers(table, type);
    const bool is_iptables = family == NFPROTO_IPV4 || family == NFPROTO_IPV6;
    if (!is_iptables || table != filter_table)
        return false;
    if (type == NFT_MSG_NEWTABLE || type == NFT_MSG_DELTABLE)
        return true;
    const auto chain = chain_in(attributes, type);
    return chain == docker_user_chain || chain == forward_chain || chain.starts_with(our_chains);
}

static bool touches_inbound(const Attributes& attributes, std::uint8_t family)
{
    return family == NFPROTO_INET && attributes.text(NFTA_TABLE_NAME) == inbound_table;
}

static std::string own_name()
{
    std::array<char, 17> name{};
    prctl(PR_GET_NAME, name.data());
    return name.data();
}

void RulesetEvents::Close::operator()(mnl_socket* socket) const
{
    mnl_socket_close(socket);
}

RulesetEvents::RulesetEvents(mnl_socket* socket)
    : socket_{socket}
    , own_name_{own_name()}
{
}

Result<RulesetEvents> RulesetEvents::open()
{
    RulesetEvents events{mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    constexpr unsigned group = 1U << (NFNLGRP_NFTABLES - 1U);
    if (!events.socket_ || mnl_socket_bind(events.socket_.get(), group, MNL_SOCKET_AUTOPID) != 0)
        return failed(errno);
    const int buffer = 1024 * 1024; // a restart of Docker comes as hundreds of messages
    setsockopt(events.descriptor(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    return events;
}

int RulesetEvents::descriptor() const
{
    return mnl_socket_get_fd(socket_.get());
}

// The last message of a transaction tells whose it was. Ourselves are no suspect, but what we
// wrote is looked at like anybody's.
void RulesetEvents::end_transaction(const nlmsghdr* message, Heard& heard)
{
    heard.inbound = std::exchange(touches_inbound_, false) || heard.inbound;
    if (!std::exchange(touches_ours_, false))
        return;
    heard.rules = true;
    const Attributes attributes{message};
    const Writer writer{std::string{attributes.text(NFTA_GEN_PROC_NAME)},
                        attributes.number(NFTA_GEN_PROC_PID)};
    const bool is_known = std::ranges::find(heard.writers, writer) != heard.writers.end();
    if (!is_known && !writer.name.empty() && writer.name != own_name_)
        heard.writers.push_back(writer);
}

void RulesetEvents::take(const nlmsghdr* message, Heard& heard)
{
    const unsigned type = message->nlmsg_type & 0xFFU;
    if (message->nlmsg_type >> 8U != NFNL_SUBSYS_NFTABLES ||
        mnl_nlmsg_get_payload_len(message) < sizeof(nfgenmsg))
        return;
    if (type == NFT_MSG_NEWGEN)
        return end_transaction(message, heard);
    const Attributes attributes{message};
    const auto family = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(message))->nfgen_family;
    touches_ours_ = touches_ours_ || touches_ours(attributes, family, type);
    touches_inbound_ = touches_inbound_ || touches_inbound(attributes, family);
}

namespace {

struct Hearing {
    RulesetEvents& events;
    Heard& heard;
};

}

int RulesetEvents::take(const nlmsghdr* message, void* hearing)
{
    auto* to = static_cast<Hearing*>(hearing);
    to->events.take(message, to->heard);
    return MNL_CB_OK;
}

Result<> RulesetEvents::hear(Heard& heard)
{
    std::array<char, 32 * 1024> buffer; // NOLINT(*-member-init): recv fills it
    Hearing hearing{*this, heard};
    for (;;) {
        const auto size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EAGAIN)
            return done;
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && (errno == ENOBUFS || errno == ENOSPC))
            heard.rules = heard.inbound = true; // more has happened than was kept for us
        else if (size < 0)
            return failed(errno);
        else if (mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 0, 0, take, &hearing) <
                 0)
            heard.rules = heard.inbound = true;
    }
}

}
