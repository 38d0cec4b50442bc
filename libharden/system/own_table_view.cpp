#include "system/own_table_view.h"

#include "base/text.h"
#include "system/nft_compat.h"
#include "system/own_elements.h"

#include <array>
#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <memory>

namespace harden {

static constexpr std::uint32_t verdict_type = 0xffffff00; // NFT_DATA_VERDICT
static constexpr std::uint32_t bits_of_a_type = 6;

// nft's numbers of its types: it lists a set by them.
static std::uint32_t type_number(Field field)
{
    switch (field) {
    case Field::Address4:
        return 7;
    case Field::Address6:
        return 8;
    case Field::Port:
        return 13;
    case Field::Interface:
        return 41;
    case Field::Cgroup:
        return 46;
    }
    return 0;
}

SetDefinition definition_of(const TableSet& set)
{
    SetDefinition made;
    const bool is_concatenation = set.key.size() > 1;
    for (const auto field : set.key) {
        made.key_type = made.key_type << bits_of_a_type | type_number(field);
        const auto size = static_cast<std::uint32_t>(size_of(field));
        made.key_size += is_concatenation ? (size + 3) / 4 * 4 : size;
    }
    made.flags = (set.is_interval ? NFT_SET_INTERVAL : 0) | (set.is_map ? NFT_SET_MAP : 0) |
                 (set.is_dynamic ? NFT_SET_EVAL : 0) |
                 (set.timeout.count() > 0 ? NFT_SET_TIMEOUT : 0) |
                 (is_concatenation && set.is_interval ? NFT_SET_CONCAT : 0);
    made.data_type = set.is_map ? verdict_type : 0;
    made.timeout_ms = static_cast<std::uint64_t>(set.timeout.count()) * 1000;
    made.size = set.size;
    return made;
}

// The kernel tells of timeouts that nobody gave.
static std::string without_default(std::string text)
{
    static constexpr std::string_view no_timeout = " timeout 0ms";
    if (const auto at = text.find(no_timeout); at != std::string::npos)
        text.erase(at, no_timeout.size());
    return text;
}

std::string expressions_of(const nftnl_rule& rule)
{
    const std::unique_ptr<nftnl_expr_iter, decltype(&nftnl_expr_iter_destroy)> iterator{
        nftnl_expr_iter_create(&rule), nftnl_expr_iter_destroy};
    std::vector<std::string> texts;
    std::array<char, 1024> buffer{};
    while (auto* expression = nftnl_expr_iter_next(iterator.get())) {
        if (nftnl_expr_snprintf(buffer.data(), buffer.size(), expression, NFTNL_OUTPUT_DEFAULT, 0) <
            0)
            return "an expression that libnftnl cannot print";
        texts.push_back(cat(nftnl_expr_get_str(expression, NFTNL_EXPR_NAME), " ",
                            without_default(std::string{trim(buffer.data())})));
    }
    return join(texts, " | ");
}

namespace {

template<class Object>
using Owned = std::unique_ptr<Object, void (*)(const Object*)>;

// Reads one kind of object after the other into the view.
class Viewer {
public:
    explicit Viewer(NftSocket& socket)
        : socket_{socket}
    {
    }
    Result<OwnTableView> view();

private:
    Result<> table();
    Result<> chains();
    Result<> rules();
    Result<> sets();
    Result<> elements();
    Result<> counters();
    Result<> dump(std::uint16_t type, const std::function<void(nlmsghdr*)>& fill,
                  const std::function<void(const nlmsghdr*)>& take)
    {
        return socket_.dump(type, NFPROTO_INET, fill, take);
    }

    NftSocket& socket_;
    OwnTableView view_;
};

Result<> Viewer::table()
{
    return dump(
        NFT_MSG_GETTABLE, [](nlmsghdr*) {},
        [&](const nlmsghdr* message) {
            const Owned<nftnl_table> table{nftnl_table_alloc(), nftnl_table_free};
            if (nftnl_table_nlmsg_parse(message, table.get()) == 0 &&
                nftnl_table_get_str(table.get(), NFTNL_TABLE_NAME) ==
                    std::string_view{own_table_name})
                view_.exists = true;
        });
}

Result<> Viewer::chains()
{
    return dump(
        NFT_MSG_GETCHAIN, [](nlmsghdr*) {},
        [&](const nlmsghdr* message) {
            const Owned<nftnl_chain> chain{nftnl_chain_alloc(), nftnl_chain_free};
            if (nftnl_chain_nlmsg_parse(message, chain.get()) != 0 ||
                nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_TABLE) !=
                    std::string_view{own_table_name})
                return;
            auto& view = view_.chains[nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_NAME)];
            view.is_base = nftnl_chain_is_set(chain.get(), NFTNL_CHAIN_HOOKNUM);
            if (!view.is_base)
                return;
            view.hook = nftnl_chain_get_u32(chain.get(), NFTNL_CHAIN_HOOKNUM);
            view.priority = nftnl_chain_get_s32(chain.get(), NFTNL_CHAIN_PRIO);
            view.policy = nftnl_chain_get_u32(chain.get(), NFTNL_CHAIN_POLICY);
        });
}

Result<> Viewer::rules()
{
    const auto only_ours = [](nlmsghdr* request) {
        const NftRule rule{nftnl_rule_alloc()};
        nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, own_table_name);
        nftnl_rule_nlmsg_build_payload(request, rule.get());
    };
    return dump(NFT_MSG_GETRULE, only_ours, [&](const nlmsghdr* message) {
        const NftRule rule{nftnl_rule_alloc()};
        if (nftnl_rule_nlmsg_parse(message, rule.get()) == 0)
            view_.chains[nftnl_rule_get_str(rule.get(), NFTNL_RULE_CHAIN)].rules.push_back(
                expressions_of(*rule));
    });
}

SetDefinition definition_of(const nftnl_set* set)
{
    return {.flags = nftnl_set_get_u32(set, NFTNL_SET_FLAGS),
            .key_type = nftnl_set_get_u32(set, NFTNL_SET_KEY_TYPE),
            .key_size = nftnl_set_get_u32(set, NFTNL_SET_KEY_LEN),
            .data_type = nftnl_set_get_u32(set, NFTNL_SET_DATA_TYPE),
            .timeout_ms = nftnl_set_get_u64(set, NFTNL_SET_TIMEOUT),
            .size = nftnl_set_get_u32(set, NFTNL_SET_DESC_SIZE)};
}

Result<> Viewer::sets()
{
    const auto only_ours = [](nlmsghdr* request) {
        const Owned<nftnl_set> set{nftnl_set_alloc(), nftnl_set_free};
        nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, own_table_name);
        nftnl_set_nlmsg_build_payload(request, set.get());
    };
    return dump(NFT_MSG_GETSET, only_ours, [&](const nlmsghdr* message) {
        const Owned<nftnl_set> set{nftnl_set_alloc(), nftnl_set_free};
        if (nftnl_set_nlmsg_parse(message, set.get()) == 0)
            view_.sets[nftnl_set_get_str(set.get(), NFTNL_SET_NAME)].definition =
                definition_of(set.get());
    });
}

Result<std::vector<KernelElement>> elements_of(NftSocket& socket, const std::string& set)
{
    std::vector<KernelElement> found;
    TRY(socket.dump(
        NFT_MSG_GETSETELEM, NFPROTO_INET,
        [&](nlmsghdr* request) { put_elements(request, own_table_name, set, {}); },
        [&](const nlmsghdr* message) { take_elements(message, found); }));
    return found;
}

Result<> Viewer::elements()
{
    for (auto& [name, set] : view_.sets) {
        if ((set.definition.flags & NFT_SET_EVAL) != 0)
            continue;
        auto found = TRY(elements_of(socket_, name));
        set.elements =
            from_kernel(std::move(found), (set.definition.flags & NFT_SET_INTERVAL) != 0);
    }
    return done;
}

Result<> Viewer::counters()
{
    const auto only_ours = [](nlmsghdr* request) {
        const Owned<nftnl_obj> object{nftnl_obj_alloc(), nftnl_obj_free};
        nftnl_obj_set_str(object.get(), NFTNL_OBJ_TABLE, own_table_name);
        nftnl_obj_set_u32(object.get(), NFTNL_OBJ_TYPE, NFT_OBJECT_COUNTER);
        nftnl_obj_nlmsg_build_payload(request, object.get());
    };
    return dump(NFT_MSG_GETOBJ, only_ours, [&](const nlmsghdr* message) {
        const Owned<nftnl_obj> object{nftnl_obj_alloc(), nftnl_obj_free};
        if (nftnl_obj_nlmsg_parse(message, object.get()) == 0)
            view_.counters[nftnl_obj_get_str(object.get(), NFTNL_OBJ_NAME)].packets =
                nftnl_obj_get_u64(object.get(), NFTNL_OBJ_CTR_PKTS);
    });
}

Result<OwnTableView> Viewer::view()
{
    TRY(table());
    if (!view_.exists)
        return std::move(view_);
    TRY(chains());
    TRY(rules());
    TRY(sets());
    TRY(elements());
    TRY(counters());
    return std::move(view_);
}

}

Result<OwnTableView> view_own_table(NftSocket& socket)
{
    return Viewer{socket}.view();
}

Result<std::vector<std::pair<std::string, std::uint64_t>>> view_sources(NftSocket& socket,
                                                                        const std::string& set)
{
    std::vector<std::pair<std::string, std::uint64_t>> sources;
    for (auto& element : TRY(elements_of(socket, set)))
        sources.emplace_back(std::move(element.key), element.packets);
    return sources;
}

}
