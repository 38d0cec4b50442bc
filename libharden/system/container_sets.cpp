#include "system/container_sets.h"

#include "egress/container_nft.h"

#include <libnftnl/expr.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <memory>

namespace harden {

static constexpr int most_attempts = 8; // against others who change the ruleset at the same time

namespace {

using Set = std::unique_ptr<nftnl_set, void (*)(const nftnl_set*)>;

Set named_set(const std::string& name)
{
    Set set{nftnl_set_alloc(), nftnl_set_free};
    nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, container_table);
    nftnl_set_set_str(set.get(), NFTNL_SET_NAME, name.c_str());
    return set;
}

Set with_elements(const std::string& name, const std::vector<DnsAddress>& addresses, bool is_v6)
{
    auto set = named_set(name);
    for (const auto& [address, seconds] : addresses) {
        if (address.is_v6 != is_v6)
            continue;
        auto* element = nftnl_set_elem_alloc();
        nftnl_set_elem_set(element, NFTNL_SET_ELEM_KEY, address.bytes.data(), is_v6 ? 16 : 4);
        nftnl_set_elem_set_u64(element, NFTNL_SET_ELEM_TIMEOUT,
                               std::uint64_t{seconds} * 1000); // milliseconds
        nftnl_set_elem_add(set.get(), element);                // the set owns it now
    }
    return set;
}

bool is_empty(const nftnl_set* set)
{
    bool empty = true;
    nftnl_set_elem_foreach(
        const_cast<nftnl_set*>(set), // NOLINT: the library's signature, it only reads
        [](nftnl_set_elem*, void* found) {
            *static_cast<bool*>(found) = false;
            return 0;
        },
        &empty);
    return empty;
}

void add(NftBatch& batch, const Set& set, std::uint16_t type)
{
    if (is_empty(set.get()))
        return;
    batch.add(type, NFPROTO_INET, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0,
              [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, set.get()); });
}

// An element that is there keeps its old time when it is added again, and one that is not there
// cannot be taken away: so it is added, taken away and added with its new time, in one transaction.
void renew(NftBatch& batch, const Set& set)
{
    add(batch, set, NFT_MSG_NEWSETELEM);
    add(batch, set, NFT_MSG_DELSETELEM);
    add(batch, set, NFT_MSG_NEWSETELEM);
}

}

Result<> open_addresses(NftSocket& socket, const std::string& container,
                        const std::vector<DnsAddress>& addresses)
{
    const auto four = with_elements(dns_set(container, false), addresses, false);
    const auto six = with_elements(dns_set(container, true), addresses, true);
    for (int attempt = 1;; ++attempt) {
        NftBatch batch{TRY(socket.generation())};
        renew(batch, four);
        renew(batch, six);
        auto made = socket.commit(batch);
        if (made || made.error().kind != ErrorKind::TimedOut || attempt == most_attempts)
            return std::move(made).during("open the addresses of a name");
    }
}

namespace {

int take_quota(nftnl_expr* expression, void* bytes)
{
    if (std::string_view{nftnl_expr_get_str(expression, NFTNL_EXPR_NAME)} == "quota")
        *static_cast<std::optional<std::uint64_t>*>(bytes) =
            nftnl_expr_get_u64(expression, NFTNL_EXPR_QUOTA_CONSUMED);
    return 0;
}

int take_element(nftnl_set_elem* element, void* bytes)
{
    nftnl_set_elem_expr_foreach(element, take_quota, bytes);
    return 0;
}

}

Result<std::optional<std::uint64_t>> counted_bytes(NftSocket& socket, const std::string& set)
{
    const auto wanted = named_set(set);
    std::optional<std::uint64_t> bytes;
    TRY(socket.dump(
        NFT_MSG_GETSETELEM, NFPROTO_INET,
        [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, wanted.get()); },
        [&](const nlmsghdr* message) {
            const auto part = named_set(set);
            if (nftnl_set_elems_nlmsg_parse(message, part.get()) >= 0)
                nftnl_set_elem_foreach(part.get(), take_element, &bytes);
        }));
    return bytes;
}

}
