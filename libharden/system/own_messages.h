#pragma once

#include "egress/own_table.h"
#include "system/nft_socket.h"

#include <optional>
#include <string>

namespace harden {

std::uint32_t number_of(Hook hook); // the kernel's

// The messages that make and unmake what our own table holds. `type` says which of both.
class OwnMessages {
public:
    explicit OwnMessages(NftBatch& batch)
        : batch_{batch}
    {
    }

    void table(std::uint16_t type, std::uint16_t flags);
    void chain(std::uint16_t type, const std::string& name, const std::optional<Hook>& hook);
    void flush_chain(const std::string& name);
    void set(const TableSet& wanted);
    void delete_set(const std::string& name);
    void flush_set(const std::string& name);
    void counter(std::uint16_t type, const std::string& name);
    void elements(const TableSet& set);
    void rules(const TableChain& chain);

private:
    NftBatch& batch_;
};

}
