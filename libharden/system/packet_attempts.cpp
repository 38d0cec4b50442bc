#include "system/packet_attempts.h"

#include "system/descriptor.h"
#include "system/packet_endpoint.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <poll.h>

namespace harden {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds patience{1'000}; // for an answer
// The kernel may take a second to bring up a bridge that had no port before.
constexpr milliseconds control_patience{2'000};
constexpr milliseconds round{100};
constexpr milliseconds between_rounds{20};
constexpr int rounds_of_others = 5; // for the rest, once one of the same family is open

struct Attempt {
    PacketAnswer answer;
    Descriptor socket;
    bool is_pending() const { return socket.is_open(); }
};

void settle(Attempt& attempt, int error)
{
    attempt.socket.close();
    if (error == 0)
        attempt.answer.fate = PacketFate::Open;
    else if (error == ETIMEDOUT)
        attempt.answer.fate = PacketFate::Silent;
    else
        attempt.answer.fate = PacketFate::Refused;
    attempt.answer.detail = error == 0 ? "answered" : std::strerror(error);
}

// What could not even be sent stays without a path.
void give_up(Attempt& attempt, std::string detail)
{
    attempt.answer.detail = std::move(detail);
    attempt.socket.close();
}

Attempt started(const PacketQuestion& question)
{
    Attempt attempt{.answer = {.question = question}, .socket = Descriptor{}};
    const auto to = endpoint_of(question);
    if (!to) {
        attempt.answer.detail = "not an address";
        return attempt;
    }
    attempt.socket = Descriptor{::socket(to->family, socket_type(question.protocol), 0)};
    const bool connects = connect(attempt.socket.number(), to->raw(), to->size) == 0;
    if (!connects && errno != EINPROGRESS)
        give_up(attempt, std::strerror(errno));
    else if (question.protocol == Protocol::Udp && send(attempt.socket.number(), "?", 1, 0) < 0)
        give_up(attempt, std::strerror(errno));
    else if (question.protocol == Protocol::Tcp && connects)
        settle(attempt, 0);
    return attempt;
}

std::vector<Attempt> all_started(const std::vector<PacketQuestion>& questions)
{
    std::vector<Attempt> attempts;
    for (const auto& question : questions)
        attempts.push_back(started(question));
    return attempts;
}

int outcome(const Attempt& attempt)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (attempt.answer.question.protocol == Protocol::Tcp) {
        getsockopt(attempt.socket.number(), SOL_SOCKET, SO_ERROR, &error, &size);
        return error;
    }
    char answer = 0;
    return recv(attempt.socket.number(), &answer, 1, 0) >= 0 ? 0 : errno;
}

// False: some have not answered within the limit.
bool await(std::vector<Attempt>& attempts, milliseconds limit)
{
    const auto deadline = SteadyClock::now() + limit;
    for (;;) {
        std::vector<pollfd> waiting;
        std::vector<Attempt*> pending;
        for (auto& attempt : attempts)
            if (attempt.is_pending()) {
                const bool is_tcp = attempt.answer.question.protocol == Protocol::Tcp;
                const short event = is_tcp ? POLLOUT : POLLIN;
                waiting.push_back({attempt.socket.number(), event, 0});
                pending.push_back(&attempt);
            }
        if (waiting.empty())
            return true;
        const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now()).count();
        if (left <= 0)
            return false;
        poll(waiting.data(), waiting.size(), static_cast<int>(left));
        for (std::size_t i = 0; i < waiting.size(); ++i)
            if (waiting[i].revents != 0)
                settle(*pending[i], outcome(*pending[i]));
    }
}

std::vector<PacketAnswer> answers_of(std::vector<Attempt> attempts)
{
    std::vector<PacketAnswer> answers;
    for (auto& attempt : attempts) {
        if (attempt.is_pending())
            settle(attempt, ETIMEDOUT);
        answers.push_back(std::move(attempt.answer));
    }
    return answers;
}

bool is_v6(const PacketAnswer& answer)
{
    return answer.question.address.find(':') != std::string::npos;
}

bool is_open(const PacketAnswer& answer)
{
    return answer.fate == PacketFate::Open;
}

// Whether every one of them was open, or as good as never will be.
bool is_enough(const std::vector<PacketAnswer>& answers, int rounds)
{
    return std::ranges::all_of(answers, [&](const PacketAnswer& answer) {
        return is_open(answer) || (rounds >= rounds_of_others &&
                                   std::ranges::any_of(answers, [&](const PacketAnswer& other) {
                                       return is_open(other) && is_v6(other) == is_v6(answer);
                                   }));
    });
}

// A bridge port needs a moment until it forwards, so the first packets may be lost.
std::vector<PacketAnswer> opened(const std::vector<PacketQuestion>& questions)
{
    const auto deadline = SteadyClock::now() + control_patience;
    std::vector<PacketAnswer> answers;
    for (const auto& question : questions)
        answers.push_back({question, PacketFate::NoPath, {}});
    for (int rounds = 1;; ++rounds) {
        std::vector<PacketQuestion> left;
        for (const auto& answer : answers)
            if (!is_open(answer))
                left.push_back(answer.question);
        auto attempts = all_started(left);
        await(attempts, round);
        auto next = answers_of(std::move(attempts));
        auto fresh = next.begin();
        for (auto& answer : answers)
            if (!is_open(answer))
                answer = *fresh++;
        if (is_enough(answers, rounds) || SteadyClock::now() >= deadline)
            return answers;
        poll(nullptr, 0, static_cast<int>(between_rounds.count()));
    }
}

// Where a packet that was sent after all of them has come back, theirs have long arrived.
milliseconds grace(const std::vector<PacketAnswer>& open)
{
    std::vector<PacketQuestion> again;
    for (const auto& answer : open)
        if (is_open(answer))
            again.push_back(answer.question);
    auto attempts = all_started(again);
    return !again.empty() && await(attempts, patience) ? round : patience;
}

}

std::vector<PacketAnswer> tried(const std::vector<PacketQuestion>& questions)
{
    std::vector<PacketQuestion> open;
    std::vector<PacketQuestion> closed;
    for (const auto& question : questions)
        (question.expected == PacketQuestion::Expected::Open ? open : closed).push_back(question);
    auto answers = opened(open);
    auto attempts = all_started(closed);
    if (!await(attempts, round))
        await(attempts, grace(answers));
    for (auto& answer : answers_of(std::move(attempts)))
        answers.push_back(std::move(answer));
    return answers;
}

bool accepts_connection(const std::string& address, std::uint16_t port)
{
    return tried({{.address = address, .port = port}}).front().fate == PacketFate::Open;
}

}
