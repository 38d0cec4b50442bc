#include "system/container_features.h"

#include "system/network_namespace.h"
#include "system/nft_library.h"

#include <array>

namespace harden {

namespace {

struct Feature {
    std::string_view name;
    std::string_view rules; // of a table that needs it and nothing else
};

constexpr std::array<Feature, 6> features{{
    {"nf_tables with the family inet (CONFIG_NF_TABLES_INET)", "table inet t { }"},
    {"nft_ct (CONFIG_NFT_CT)", "table inet t { chain c { ct direction reply return; }\n }"},
    {"nft_reject_inet (CONFIG_NFT_REJECT)",
     "table inet t { chain c { reject with icmpx admin-prohibited; }\n }"},
    {"nft_quota (CONFIG_NFT_QUOTA)",
     "table inet t { set s { type mark; flags dynamic,timeout; timeout 1s; size 2; }\n chain c { "
     "add @s { meta mark & 0x0 timeout 1s quota over 1 bytes } return; }\n }"},
    {"nft_redir (CONFIG_NFT_REDIR)",
     "table inet t { chain c { type nat hook prerouting priority -110; meta l4proto udp redirect "
     "to :1; }\n }"},
    {"ingress hooks (CONFIG_NETFILTER_INGRESS, CONFIG_NF_TABLES_NETDEV)",
     "table netdev t { chain c { type filter hook ingress device \"lo\" priority 0; }\n }"},
}};

}

// In a network of its own, where nothing else can be the reason.
static Result<> tried(std::string_view rules)
{
    const auto scratch = TRY(NetworkNamespace::create());
    return scratch.inside([&] { return NftLibrary{}.commit(std::string{rules}); });
}

Error explained(Error refusal)
{
    for (const auto& [name, rules] : features)
        if (const auto works = tried(rules); !works && works.error().kind == ErrorKind::Failed)
            return {ErrorKind::Unsupported, cat("the kernel lacks ", name, ": ", refusal.message),
                    "load the module, or leave out the option that needs it"};
    return refusal;
}

}
