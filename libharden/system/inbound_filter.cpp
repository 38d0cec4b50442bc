#include "system/inbound_filter.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <libiptc/libiptc.h>
#include <memory>
#include <nftables/libnftables.h>
#include <unistd.h>

extern "C" { // this header, unlike its twin, does not say so itself
#include <libiptc/libip6tc.h>
}

namespace harden {

using Json = nlohmann::json;

namespace {

struct FreeContext {
    void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};
using Context = std::unique_ptr<nft_ctx, FreeContext>;

Result<std::vector<Json>> listed(nft_ctx* context, const std::string& command)
{
    if (nft_run_cmd_from_buffer(context, command.c_str()) != 0)
        return Error{
            ErrorKind::Failed,
            cat("nft ", command, ": ", escaped(trim(nft_ctx_get_error_buffer(context)), 200)),
            {}};
    const auto reply = Json::parse(nft_ctx_get_output_buffer(context), nullptr, false);
    const auto rows = reply.is_object() ? reply.value("nftables", Json::array()) : Json::array();
    return std::vector<Json>(rows.begin(), rows.end());
}

std::string text(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

enum class Says { Nothing, Accept, Deny };

// What a rule says to every packet; nothing where it asks for anything first.
Says unconditional(const Json& rule)
{
    for (const auto& part : rule.value("expr", Json::array())) {
        if (part.contains("accept"))
            return Says::Accept;
        if (part.contains("drop") || part.contains("reject"))
            return Says::Deny;
        if (!part.contains("counter") && !part.contains("log"))
            return Says::Nothing;
    }
    return Says::Nothing;
}

Result<bool> denies(nft_ctx* context, const Json& chain)
{
    const auto rows = TRY(listed(context, cat("list chain ", text(chain, "family"), " ",
                                              text(chain, "table"), " ", text(chain, "name"))));
    for (const auto& row : rows) {
        const auto says = row.contains("rule") ? unconditional(row["rule"]) : Says::Nothing;
        if (says != Says::Nothing)
            return says == Says::Deny;
    }
    return text(chain, "policy") == "drop";
}

Result<std::vector<InboundChain>> nftables_chains(std::string_view hook)
{
    const Context context{nft_ctx_new(NFT_CTX_DEFAULT)};
    if (context == nullptr)
        return Error{ErrorKind::Failed, "libnftables cannot be used", {}};
    nft_ctx_buffer_output(context.get());
    nft_ctx_buffer_error(context.get());
    nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_JSON);
    std::vector<InboundChain> chains;
    for (const auto& row : TRY(listed(context.get(), "list chains"))) {
        const auto chain = row.value("chain", Json::object());
        if (text(chain, "hook") != hook || text(chain, "type") != "filter")
            continue;
        chains.push_back({text(chain, "family"),
                          cat(text(chain, "table"), " ", text(chain, "name")),
                          TRY(denies(context.get(), chain))});
    }
    return chains;
}

bool is_live(const char* names_of_tables)
{
    std::ifstream names{names_of_tables};
    for (std::string name; std::getline(names, name);)
        if (name == "filter")
            return true;
    return false;
}

template<auto open, auto policy_of, auto release>
Result<InboundChain> legacy_chain(const char* family, const char* name)
{
    auto* table = open("filter");
    if (table == nullptr)
        return Error{
            ErrorKind::Failed, cat("legacy table of ", family, ": ", std::strerror(errno)), {}};
    xt_counters counters{}; // written without being asked for
    const auto* policy = policy_of(name, &counters, table);
    InboundChain chain{family, cat("legacy filter ", name),
                       policy != nullptr && std::string_view{policy} == "DROP"};
    release(table);
    return chain;
}

Result<std::vector<InboundChain>> chains_at(std::string_view hook, const char* legacy_name)
{
    if (geteuid() != 0)
        return Error{ErrorKind::Denied, "reading the packet filter needs root", "run it as root"};
    auto chains = TRY(nftables_chains(hook));
    if (is_live("/proc/net/ip_tables_names"))
        chains.push_back(
            TRY((legacy_chain<iptc_init, iptc_get_policy, iptc_free>("ip", legacy_name))));
    if (is_live("/proc/net/ip6_tables_names"))
        chains.push_back(
            TRY((legacy_chain<ip6tc_init, ip6tc_get_policy, ip6tc_free>("ip6", legacy_name))));
    return chains;
}

}

Result<std::vector<InboundChain>> inbound_chains()
{
    return chains_at("input", "INPUT");
}

Result<std::vector<InboundChain>> forward_chains()
{
    return chains_at("forward", "FORWARD");
}

}
