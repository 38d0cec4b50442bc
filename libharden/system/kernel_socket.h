#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct mnl_socket;
struct nlmsghdr;

namespace harden {

// Questions to the kernel over netlink, in the network namespace of the thread that opened it.
class KernelSocket {
public:
    using Take = std::function<void(const nlmsghdr*)>;

    static Result<KernelSocket> open(int bus); // NETLINK_ROUTE, NETLINK_NETFILTER

    // Every message of the answer goes to `take`. TimedOut: what is listed changed meanwhile.
    Result<> dump(nlmsghdr* question, const Take& take);
    // One answer each, in one go: `take` gets it with the number of its question. Questions that
    // the kernel refuses have none. They are few enough for the socket's buffer.
    Result<> ask(std::span<const std::string> questions,
                 const std::function<void(std::size_t, const nlmsghdr*)>& take);

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    explicit KernelSocket(mnl_socket* socket);
    Result<std::size_t> take_answers(std::uint32_t first, std::size_t count,
                                     const std::function<void(std::size_t, const nlmsghdr*)>& take);

    std::unique_ptr<mnl_socket, Close> socket_;
    std::vector<char> reply_;
    std::uint32_t sequence_ = 0;
};

}
