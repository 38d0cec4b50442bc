#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct mnl_socket;
struct nlmsghdr;

namespace harden {

// Several changes that the kernel makes all together or not at all.
class NftBatch {
public:
    // The batch fails when the ruleset has changed since `generation`.
    explicit NftBatch(std::uint32_t generation);

    // `fill` appends the payload to the header that it is given.
    void add(std::uint16_t type, std::uint8_t family, std::uint16_t flags,
             const std::function<void(nlmsghdr*)>& fill);
    const std::vector<char>& finished();

private:
    void append(const nlmsghdr* message);

    std::vector<char> bytes_;
    std::uint32_t sequence_ = 1;
};

// A netlink socket to nf_tables, in the network namespace of the calling thread.
class NftSocket {
public:
    static Result<NftSocket> open();

    Result<std::uint32_t> generation();
    // Every message of one dump goes to `take`, which gets the message as the kernel sent it.
    Result<> dump(std::uint16_t type, std::uint8_t family,
                  const std::function<void(nlmsghdr*)>& fill,
                  const std::function<void(const nlmsghdr*)>& take);
    // TimedOut: somebody else changed the ruleset meanwhile; look again and retry.
    Result<> commit(NftBatch& batch);

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    explicit NftSocket(mnl_socket* socket);

    std::unique_ptr<mnl_socket, Close> socket_;
    std::uint32_t sequence_ = 0;
};

}
