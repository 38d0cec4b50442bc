#include "system/nft_socket.h"

#include "system/netlink_attributes.h"

#include <climits>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <libnftnl/common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

namespace harden {

static constexpr std::size_t largest_message = 16 * 1024;
static constexpr int least_send_buffer = 4 * 1024 * 1024;
static constexpr std::size_t receive_size = 64 * 1024;

// Messages stand at multiples of four; libmnl's own macro mixes signs.
static std::size_t aligned(std::size_t length)
{
    return (length + 3) & ~std::size_t{3};
}

static Error refused(int error)
{
    const auto kind = error == EPERM      ? ErrorKind::Denied
                      : error == ERESTART ? ErrorKind::TimedOut
                                          : ErrorKind::Failed;
    return {kind, cat("nf_tables: ", std::strerror(error)), error == EPERM ? "run as root" : ""};
}

NftBatch::NftBatch(std::uint32_t generation)
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    auto* begin = nftnl_batch_begin(buffer.data(), sequence_++);
    mnl_attr_put_u32(begin, NFNL_BATCH_GENID, htonl(generation));
    append(begin);
}

void NftBatch::append(const nlmsghdr* message)
{
    const auto* first = static_cast<const char*>(static_cast<const void*>(message));
    bytes_.insert(bytes_.end(), first, first + aligned(message->nlmsg_len));
}

void NftBatch::add(std::uint16_t type, std::uint8_t family, std::uint16_t flags,
                   const std::function<void(nlmsghdr*)>& fill)
{
    alignas(nlmsghdr) std::array<char, largest_message> buffer{};
    auto* message = nftnl_nlmsg_build_hdr(buffer.data(), type, family, flags, sequence_++);
    fill(message);
    append(message);
}

const std::vector<char>& NftBatch::finished()
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    append(nftnl_batch_end(buffer.data(), sequence_++));
    return bytes_;
}

void NftSocket::Close::operator()(mnl_socket* socket) const
{
    mnl_socket_close(socket);
}

NftSocket::NftSocket(mnl_socket* socket)
    : socket_{socket}
{
}

Result<NftSocket> NftSocket::open()
{
    NftSocket opened{mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)};
    if (!opened.socket_ || mnl_socket_bind(opened.socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0)
        return refused(errno);
    const int descriptor = mnl_socket_get_fd(opened.socket_.get());
    const int buffer = least_send_buffer; // each error of a batch comes back
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    return opened;
}

static int forward(const nlmsghdr* message, void* take)
{
    (*static_cast<const std::function<void(const nlmsghdr*)>*>(take))(message);
    return MNL_CB_OK;
}

Result<> NftSocket::dump(std::uint16_t type, std::uint8_t family,
                         const std::function<void(nlmsghdr*)>& fill,
                         const std::function<void(const nlmsghdr*)>& take)
{
    alignas(nlmsghdr) std::array<char, 1024> request{};
    const std::uint16_t flags = type == NFT_MSG_GETGEN ? NLM_F_ACK : NLM_F_DUMP;
    auto* message = nftnl_nlmsg_build_hdr(request.data(), type, family, flags, ++sequence_);
    fill(message);
    if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0)
        return refused(errno);
    std::vector<char> reply(receive_size);
    const auto port = mnl_socket_get_portid(socket_.get());
    auto callback = take;
    int state = MNL_CB_OK;
    while (state > MNL_CB_STOP) {
        const auto size = mnl_socket_recvfrom(socket_.get(), reply.data(), reply.size());
        if (size < 0)
            return refused(errno);
        state = mnl_cb_run(reply.data(), static_cast<std::size_t>(size), sequence_, port, forward,
                           &callback);
        if (state < 0)
            return refused(errno == EINTR ? ERESTART : errno);
    }
    return done;
}

Result<std::uint32_t> NftSocket::generation()
{
    std::uint32_t generation = 0;
    const auto take = [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NFTA_GEN_ID)
            generation = ntohl(mnl_attr_get_u32(attribute));
    };
    TRY(dump(
        NFT_MSG_GETGEN, AF_UNSPEC, [](nlmsghdr*) {},
        [&](const nlmsghdr* message) { each_attribute(message, sizeof(nfgenmsg), take); }));
    return generation;
}

// The kernel has worked the whole batch off by the time the send returns, so the errors that are
// there now are all there will be. All are taken: one that stayed would answer the next batch.
static int first_error(const mnl_socket* socket)
{
    std::vector<char> reply(receive_size);
    int first = 0;
    for (;;) {
        const auto size = recv(mnl_socket_get_fd(socket), reply.data(), reply.size(), MSG_DONTWAIT);
        if (size < 0)
            return errno == EAGAIN ? first : errno;
        auto left = static_cast<int>(size);
        const auto* message = static_cast<const nlmsghdr*>(static_cast<const void*>(reply.data()));
        for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_type != NLMSG_ERROR)
                continue;
            const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
            if (first == 0)
                first = -error->error;
        }
    }
}

Result<> NftSocket::commit(NftBatch& batch)
{
    const auto& bytes = batch.finished(); // goes out whole
    const auto room = static_cast<int>(std::min<std::size_t>(2 * bytes.size(), INT_MAX));
    if (room > least_send_buffer)
        setsockopt(mnl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_SNDBUFFORCE, &room,
                   sizeof room);
    if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) < 0)
        return refused(errno);
    if (const int error = first_error(socket_.get()))
        return refused(error);
    return done;
}

}
