#include "system/nft_table.h"

#include "base/text.h"
#include "egress/own_names.h"
#include "system/own_table_batch.h"
#include "system/undisturbed.h"

#include <algorithm>
#include <arpa/inet.h>

namespace harden {

static Result<OwnTableView> present()
{
    return undisturbed([]() -> Result<OwnTableView> {
        auto socket = TRY(NftSocket::open());
        return view_own_table(socket);
    });
}

Result<std::vector<RuleDrift>> NftTable::difference(const Ruleset& wanted) const
{
    const auto is = TRY(present());
    if (wanted == Ruleset{} && is.exists)
        return std::vector<RuleDrift>{
            {"nftables", "inet", cat("table ", own_table_name), "the policy", ""}};
    if (wanted == Ruleset{})
        return std::vector<RuleDrift>{};
    const auto table = TRY(own_table(wanted));
    return harden::difference(table, is);
}

Result<std::vector<RuleHits>> NftTable::hits() const
{
    static constexpr std::string_view v6_suffix = "_ip6";
    static constexpr std::string_view v4_suffix = "_ip";
    std::vector<RuleHits> hits;
    const auto is = TRY(present());
    for (const auto& [name, counter] : is.counters) {
        const bool is_v6 = name.ends_with(v6_suffix);
        if (!is_v6 && !name.ends_with(v4_suffix))
            continue;
        const auto group = name.substr(0, name.size() - (is_v6 ? v6_suffix : v4_suffix).size());
        hits.push_back({group, is_v6 ? "ip6" : "ip", counter.packets});
    }
    return hits;
}

static std::string address_text(const std::string& bytes)
{
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
    return text;
}

static Result<std::vector<SourceHits>> sources_of(NftSocket& socket, const OwnTableView& is)
{
    std::vector<SourceHits> hits;
    for (const auto& [name, set] : is.sets) {
        const auto group = group_of_sources(name);
        if (group.empty())
            continue;
        for (const auto& [source, packets] : TRY(view_sources(socket, name)))
            hits.push_back({group, address_text(source), packets});
    }
    return hits;
}

Result<std::vector<SourceHits>> NftTable::hits_by_source() const
{
    return undisturbed([]() -> Result<std::vector<SourceHits>> {
        auto socket = TRY(NftSocket::open());
        const auto is = TRY(view_own_table(socket));
        return sources_of(socket, is);
    });
}

Result<> NftTable::replace(const Ruleset& wanted)
{
    if (wanted == Ruleset{})
        return remove();
    const auto table = TRY(own_table(wanted));
    return undisturbed([&]() -> Result<> {
        auto socket = TRY(NftSocket::open());
        NftBatch batch{TRY(socket.generation())};
        const auto is = TRY(view_own_table(socket));
        if (harden::difference(table, is).empty())
            return done;
        write_own_table(batch, table, is);
        return socket.commit(batch).hint(
            wanted.host_cgroups.empty() ? ""
                                        : "a kernel without nft_socket cannot judge by control "
                                          "group: [host_network] enabled = false");
    });
}

Result<> NftTable::remove()
{
    return undisturbed([]() -> Result<> {
        auto socket = TRY(NftSocket::open());
        NftBatch batch{TRY(socket.generation())};
        if (!TRY(view_own_table(socket)).exists)
            return done;
        delete_own_table(batch);
        return socket.commit(batch);
    });
}

}
