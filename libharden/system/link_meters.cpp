#include "system/link_meters.h"

#include "system/netlink_attributes.h"
#include "system/undisturbed.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

namespace harden {

// Of pairs alone both ends count the same packets.
static bool is_pair(const nlattr* link_info)
{
    bool is = false;
    each_nested(link_info, [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) != IFLA_INFO_KIND)
            return;
        const std::string_view kind{mnl_attr_get_str(attribute)};
        is = kind == "veth" || kind == "netkit";
    });
    return is;
}

static std::pair<int, LinkPlace> place_in(const nlmsghdr* message)
{
    const auto* info = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
    LinkPlace place;
    bool is_paired = false;
    each_attribute(message, sizeof(ifinfomsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == IFLA_LINK)
            place.peer_index = static_cast<int>(mnl_attr_get_u32(attribute));
        if (mnl_attr_get_type(attribute) == IFLA_LINK_NETNSID)
            place.peer_namespace = static_cast<int>(mnl_attr_get_u32(attribute));
        if (mnl_attr_get_type(attribute) == IFLA_LINKINFO)
            is_paired = is_pair(attribute);
    });
    if (!is_paired)
        place.peer_namespace.reset();
    place.is_settled = !is_paired || place.peer_namespace;
    return {info->ifi_index, place};
}

// Without every link's counters of every protocol, which are most of its cost.
Result<LinkPlaces> read_places(KernelSocket& route)
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    LinkPlaces places;
    const auto list = [&]() -> Result<> {
        auto* question = mnl_nlmsg_put_header(buffer.data());
        question->nlmsg_type = RTM_GETLINK;
        mnl_nlmsg_put_extra_header(question, sizeof(ifinfomsg));
        mnl_attr_put_u32(question, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        places.clear();
        return route.dump(question,
                          [&](const nlmsghdr* message) { places.insert(place_in(message)); });
    };
    TRY(undisturbed(list));
    return places;
}

static void count(LinkMeter& link, const nlattr* attribute)
{
    rtnl_link_stats64 counted{};
    if (mnl_attr_get_payload_len(attribute) < offsetof(rtnl_link_stats64, rx_errors))
        return;
    std::memcpy(&counted, mnl_attr_get_payload(attribute),
                std::min<std::size_t>(sizeof counted, mnl_attr_get_payload_len(attribute)));
    link.received_bytes = counted.rx_bytes;
    link.sent_bytes = counted.tx_bytes;
    link.received_packets = counted.rx_packets;
    link.sent_packets = counted.tx_packets;
}

static Result<> list_counts(KernelSocket& route, std::vector<LinkMeter>& links)
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    auto* question = mnl_nlmsg_put_header(buffer.data());
    question->nlmsg_type = RTM_GETSTATS;
    auto* wanted =
        static_cast<if_stats_msg*>(mnl_nlmsg_put_extra_header(question, sizeof(if_stats_msg)));
    wanted->filter_mask = 1U << (IFLA_STATS_LINK_64 - 1);
    links.clear();
    return route.dump(question, [&](const nlmsghdr* message) {
        const auto* head = static_cast<const if_stats_msg*>(mnl_nlmsg_get_payload(message));
        auto& link = links.emplace_back(LinkMeter{.index = static_cast<int>(head->ifindex)});
        each_attribute(message, sizeof(if_stats_msg), [&](const nlattr* attribute) {
            if (mnl_attr_get_type(attribute) == IFLA_STATS_LINK_64)
                count(link, attribute);
        });
    });
}

static bool put_in_place(std::vector<LinkMeter>& links, const LinkPlaces& places)
{
    for (auto& link : links) {
        const auto place = places.find(link.index);
        if (place == places.end())
            return false;
        link.peer_namespace = place->second.peer_namespace;
        link.peer_index = place->second.peer_index;
    }
    return true;
}

Result<std::vector<LinkMeter>> read_links(KernelSocket& route, LinkPlaces& places)
{
    std::vector<LinkMeter> links;
    const auto list = [&] { return list_counts(route, links); };
    TRY(undisturbed(list));
    if (put_in_place(links, places))
        return links;
    places = TRY(read_places(route));
    // one that came or went meanwhile belongs to a container that did so too
    std::erase_if(links, [&](const LinkMeter& link) { return !places.contains(link.index); });
    put_in_place(links, places);
    return links;
}

static std::string question_for(int pid)
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    auto* question = mnl_nlmsg_put_header(buffer.data());
    question->nlmsg_type = RTM_GETNSID;
    mnl_nlmsg_put_extra_header(question, sizeof(rtgenmsg));
    mnl_attr_put_u32(question, NETNSA_PID, static_cast<std::uint32_t>(pid));
    return {buffer.data(), question->nlmsg_len};
}

static std::optional<int> namespace_in(const nlmsghdr* message)
{
    std::optional<int> number;
    each_attribute(message, sizeof(rtgenmsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NETNSA_NSID)
            number = static_cast<int>(mnl_attr_get_u32(attribute));
    });
    return number && *number >= 0 ? number : std::nullopt;
}

Result<std::vector<std::optional<int>>> read_namespaces(KernelSocket& route,
                                                        std::span<const int> pids)
{
    std::vector<std::string> questions;
    for (const int pid : pids)
        questions.push_back(question_for(pid));
    std::vector<std::optional<int>> numbers(pids.size());
    TRY(route.ask(questions, [&](std::size_t which, const nlmsghdr* message) {
        numbers[which] = namespace_in(message);
    }));
    return numbers;
}

}
