#include "system/refusals.h"

#include "egress/own_names.h"
#include "egress/own_table.h"
#include "system/netlink_attributes.h"
#include "system/own_elements.h"
#include "system/undisturbed.h"

#include <arpa/inet.h>
#include <array>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

namespace harden {

static nlmsghdr* question_in(std::span<char> buffer, int type)
{
    auto* question = mnl_nlmsg_put_header(buffer.data());
    question->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type);
    auto* family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(question, sizeof(nfgenmsg)));
    family->nfgen_family = NFPROTO_INET;
    family->version = NFNETLINK_V0;
    return question;
}

static std::string set_name_in(const nlmsghdr* message)
{
    std::string name;
    each_attribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NFTA_SET_NAME)
            name = mnl_attr_get_str(attribute);
    });
    return name;
}

static Result<std::vector<std::string>> names_of_sets(KernelSocket& netfilter)
{
    alignas(nlmsghdr) std::array<char, 256> buffer{};
    auto* question = question_in(buffer, NFT_MSG_GETSET);
    mnl_attr_put_strz(question, NFTA_SET_TABLE, own_table_name);
    std::vector<std::string> names;
    TRY(netfilter.dump(question,
                       [&](const nlmsghdr* message) { names.push_back(set_name_in(message)); }));
    return names;
}

static Result<std::vector<KernelElement>> elements_of(KernelSocket& netfilter,
                                                      const std::string& set)
{
    alignas(nlmsghdr) std::array<char, 512> buffer{};
    auto* question = question_in(buffer, NFT_MSG_GETSETELEM);
    mnl_attr_put_strz(question, NFTA_SET_ELEM_LIST_TABLE, own_table_name);
    mnl_attr_put_strz(question, NFTA_SET_ELEM_LIST_SET, set.c_str());
    std::vector<KernelElement> elements;
    TRY(netfilter.dump(question,
                       [&](const nlmsghdr* message) { take_elements(message, elements); }));
    return elements;
}

static std::string address_of(const KernelElement& element)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(element.key.size() == sizeof(in_addr) ? AF_INET : AF_INET6, element.key.data(),
              text.data(), text.size());
    return text.data();
}

Result<std::vector<SourceHits>> read_refusals(KernelSocket& netfilter)
{
    return undisturbed([&]() -> Result<std::vector<SourceHits>> {
        const auto names = TRY(names_of_sets(netfilter));
        if (names.empty())
            return Error{ErrorKind::NotFound, "no egress policy is in force", {}};
        std::vector<SourceHits> refusals;
        for (const auto& name : names) {
            const auto group = group_of_sources(name);
            if (group.empty())
                continue;
            for (const auto& each : TRY(elements_of(netfilter, name)))
                refusals.push_back({group, address_of(each), each.packets});
        }
        return refusals;
    });
}

}
