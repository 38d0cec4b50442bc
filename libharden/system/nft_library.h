#pragma once

#include "base/result.h"

#include <memory>
#include <string>

struct nft_ctx;

namespace harden {

// One conversation with the kernel through libnftables, in the network namespace of the thread
// that made it.
class NftLibrary {
public:
    NftLibrary();

    // All of `commands` in one kernel transaction.
    Result<> commit(const std::string& commands);
    // "inet harden_container": without counters and without what is in its named sets. Empty where
    // there is no such table.
    Result<std::string> list_rules(const std::string& table);
    // The named counters of a table that is there.
    Result<std::string> list_counters(const std::string& table);

private:
    struct Free {
        void operator()(nft_ctx* context) const;
    };
    Result<std::string> answer(const std::string& command);

    std::unique_ptr<nft_ctx, Free> context_;
};

}
