#pragma once

#include "system/nft_socket.h"
#include "system/xt_rule.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <memory>
#include <optional>

struct nftnl_chain;

namespace harden {

// Builds the messages of one family's filter table.
class FilterBatch {
public:
    FilterBatch(NftBatch& batch, XtFamily family)
        : batch_{batch}
        , family_{family}
    {
    }

    void add_table() { table_message(NFT_MSG_NEWTABLE, NLM_F_CREATE); }
    void delete_table() { table_message(NFT_MSG_DELTABLE, 0); }
    void add_chain(const std::string& name);
    void add_forward_chain();
    void delete_chain(const std::string& name);
    void flush_chain(const std::string& name) { delete_rules(name, {}); }
    void delete_rule(const std::string& chain, std::uint64_t handle)
    {
        delete_rules(chain, handle);
    }
    void append_rule(const std::string& chain, const XtRule& rule)
    {
        add_rule(chain, rule, NLM_F_APPEND);
    }
    void insert_rule(const std::string& chain, const XtRule& rule) { add_rule(chain, rule, 0); }

private:
    using Chain = std::unique_ptr<nftnl_chain, void (*)(const nftnl_chain*)>;
    void table_message(std::uint16_t type, std::uint16_t flags);
    Chain chain(const std::string& name) const;
    void delete_rules(const std::string& chain, std::optional<std::uint64_t> handle);
    void add_rule(const std::string& chain, const XtRule& rule, std::uint16_t position);

    NftBatch& batch_;
    XtFamily family_;
};

}
