#include "system/tcp_talk.h"

#include "system/descriptor.h"
#include "system/packet_endpoint.h"
#include "system/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <poll.h>

namespace harden {

using Moment = std::chrono::steady_clock::time_point;
static constexpr std::size_t longest_answer = 65'536; // bytes

namespace {

struct Talk {
    const TcpQuestion* question = nullptr;
    Descriptor socket;
    Moment deadline;
    std::string_view unsent;
    std::string heard;
    bool is_connected = false;
    std::optional<Error> failure;

    bool is_over() const { return !socket.is_open(); }
    void fail(int number)
    {
        failure = errno_error(
            cat("connect to ", question->address, " port ", std::to_string(question->port)),
            number);
        socket.close();
    }
};

Talk begun(const TcpQuestion& question)
{
    Talk talk{.question = &question,
              .socket = Descriptor{},
              .deadline = std::chrono::steady_clock::now() + question.patience,
              .unsent = question.hello};
    const auto endpoint = endpoint_of({.address = question.address, .port = question.port});
    if (!endpoint) {
        talk.fail(EINVAL);
        return talk;
    }
    talk.socket = Descriptor{socket(endpoint->family, socket_type(Protocol::Tcp), 0)};
    if (!talk.socket.is_open() ||
        (connect(talk.socket.number(), endpoint->raw(), endpoint->size) != 0 &&
         errno != EINPROGRESS))
        talk.fail(errno);
    return talk;
}

void note_connection(Talk& talk)
{
    int number = 0;
    socklen_t size = sizeof number;
    getsockopt(talk.socket.number(), SOL_SOCKET, SO_ERROR, &number, &size);
    if (number != 0)
        return talk.fail(number);
    talk.is_connected = true;
}

void speak(Talk& talk)
{
    const auto sent =
        send(talk.socket.number(), talk.unsent.data(), talk.unsent.size(), MSG_NOSIGNAL);
    if (sent > 0)
        talk.unsent.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN && errno != EINTR)
        talk.socket.close();
}

void hear(Talk& talk)
{
    std::array<char, 4096> buffer{};
    const auto got = recv(talk.socket.number(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0)
        return talk.socket.close();
    talk.heard.append(buffer.data(), static_cast<std::size_t>(got));
    if (talk.heard.size() >= longest_answer || talk.question->is_whole(talk.heard))
        talk.socket.close();
}

void go_on(Talk& talk, short events)
{
    if (events == 0)
        return;
    if (!talk.is_connected)
        note_connection(talk);
    if (!talk.is_over() && !talk.unsent.empty())
        speak(talk);
    if (!talk.is_over() && (events & (POLLIN | POLLHUP | POLLERR)) != 0)
        hear(talk);
}

short wanted_of(const Talk& talk)
{
    return talk.is_connected && talk.unsent.empty() ? POLLIN : POLLIN | POLLOUT;
}

// Whose time is over has said all that counts.
void part(Talk& talk)
{
    if (talk.is_over() || std::chrono::steady_clock::now() < talk.deadline)
        return;
    if (talk.is_connected)
        talk.socket.close();
    else
        talk.fail(ETIMEDOUT);
}

bool wait_once(std::vector<Talk>& talks)
{
    std::vector<pollfd> waiting;
    auto next = Moment::max();
    for (auto& talk : talks) {
        part(talk);
        // of one that is over the number is -1, which poll passes over
        waiting.push_back({talk.socket.number(), wanted_of(talk), 0});
        if (!talk.is_over())
            next = std::min(next, talk.deadline);
    }
    if (next == Moment::max())
        return false;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
    poll(waiting.data(), waiting.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    for (std::size_t i = 0; i < talks.size(); ++i)
        go_on(talks[i], waiting[i].revents);
    return true;
}

}

std::vector<Result<std::string>> talk_to_servers(const std::vector<TcpQuestion>& questions)
{
    std::vector<Talk> talks;
    for (const auto& question : questions)
        talks.push_back(begun(question));
    while (wait_once(talks))
        continue;
    std::vector<Result<std::string>> answers;
    for (auto& talk : talks)
        answers.push_back(talk.failure ? Result<std::string>{*talk.failure}
                                       : Result<std::string>{std::move(talk.heard)});
    return answers;
}

}
