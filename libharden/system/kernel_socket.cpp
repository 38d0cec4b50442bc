#include "system/kernel_socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

namespace harden {

static constexpr std::size_t reply_size = 32 * 1024; // the kernel fills no more at once
static constexpr std::size_t answers_at_once = 64;
static constexpr std::size_t answer_size = reply_size / answers_at_once;

static Error refused(int error)
{
    const auto kind = error == EPERM                           ? ErrorKind::Denied
                      : error == EINTR                         ? ErrorKind::TimedOut
                      : error == ENOENT                        ? ErrorKind::NotFound
                      : error == EOPNOTSUPP || error == EINVAL ? ErrorKind::Unsupported
                                                               : ErrorKind::Failed;
    return {kind, cat("netlink: ", std::strerror(error)), error == EPERM ? "run as root" : ""};
}

void KernelSocket::Close::operator()(mnl_socket* socket) const
{
    mnl_socket_close(socket);
}

KernelSocket::KernelSocket(mnl_socket* socket)
    : socket_{socket}
    , reply_(reply_size)
{
}

Result<KernelSocket> KernelSocket::open(int bus)
{
    KernelSocket opened{mnl_socket_open2(bus, SOCK_CLOEXEC)};
    if (!opened.socket_ || mnl_socket_bind(opened.socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0)
        return refused(errno);
    return opened;
}

static int forward(const nlmsghdr* message, void* take)
{
    (*static_cast<const KernelSocket::Take*>(take))(message);
    return MNL_CB_OK;
}

Result<> KernelSocket::dump(nlmsghdr* question, const Take& take)
{
    question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question->nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(socket_.get(), question, question->nlmsg_len) < 0)
        return refused(errno);
    const auto port = mnl_socket_get_portid(socket_.get());
    auto callback = take;
    int failure = 0; // the first; the rest of the answer is taken off the socket all the same
    for (int state = MNL_CB_OK; state > MNL_CB_STOP;) {
        const auto size = mnl_socket_recvfrom(socket_.get(), reply_.data(), reply_.size());
        if (size < 0)
            return refused(errno);
        state = mnl_cb_run(reply_.data(), static_cast<std::size_t>(size), sequence_, port, forward,
                           &callback);
        if (state < 0)
            failure = errno;
    }
    if (failure != 0)
        return refused(failure);
    return done;
}

Result<> KernelSocket::ask(std::span<const std::string> questions,
                           const std::function<void(std::size_t, const nlmsghdr*)>& take)
{
    std::size_t number = 0;
    while (number < questions.size()) {
        const auto count = std::min(answers_at_once, questions.size() - number);
        const auto first = sequence_ + 1;
        std::string batch;
        for (const auto& question : questions.subspan(number, count)) {
            nlmsghdr header{};
            std::memcpy(&header, question.data(), sizeof header);
            header.nlmsg_flags = NLM_F_REQUEST;
            header.nlmsg_seq = ++sequence_;
            batch.append(static_cast<const char*>(static_cast<const void*>(&header)),
                         sizeof header);
            batch.append(question, sizeof header);
        }
        if (mnl_socket_sendto(socket_.get(), batch.data(), batch.size()) < 0)
            return refused(errno);
        for (std::size_t answered = 0; answered < count;)
            answered +=
                TRY(take_answers(first, count, [&](std::size_t which, const nlmsghdr* message) {
                    take(number + which, message);
                }));
        number += count;
    }
    return done;
}

// Those that are there now, at least one: how many.
Result<std::size_t>
KernelSocket::take_answers(std::uint32_t first, std::size_t count,
                           const std::function<void(std::size_t, const nlmsghdr*)>& take)
{
    std::array<mmsghdr, answers_at_once> headers{};
    std::array<iovec, answers_at_once> parts{};
    for (std::size_t i = 0; i < count; ++i) {
        parts.at(i) = {reply_.data() + i * answer_size, answer_size};
        headers.at(i).msg_hdr.msg_iov = &parts.at(i);
        headers.at(i).msg_hdr.msg_iovlen = 1;
    }
    const int received = recvmmsg(mnl_socket_get_fd(socket_.get()), headers.data(),
                                  static_cast<unsigned>(count), MSG_WAITFORONE, nullptr);
    if (received < 0)
        return refused(errno);
    for (std::size_t i = 0; i < static_cast<std::size_t>(received); ++i) {
        const auto* message = static_cast<const nlmsghdr*>(parts.at(i).iov_base);
        const auto which = message->nlmsg_seq - first;
        if (mnl_nlmsg_ok(message, static_cast<int>(headers.at(i).msg_len)) &&
            message->nlmsg_type != NLMSG_ERROR && which < count)
            take(which, message);
    }
    return static_cast<std::size_t>(received);
}

}
