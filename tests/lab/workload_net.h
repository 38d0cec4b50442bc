#pragma once

#include "probe_endpoint.h"
#include "workload_settings.h"
#include "workload_words.h"

#include <cerrno>
#include <cstdio>
#include <functional>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace workload {

using Talk = std::function<void(const Settings&)>;
using Answer = std::function<void(int socket, const Settings&)>;

// What one side reads and writes, kept in memory as a program that speaks TLS keeps it.
class Line {
public:
    Line(int socket, bool opaque)
        : socket_{socket}
        , opaque_{opaque}
    {
    }
    bool send(std::string words)
    {
        sent_ = std::move(words);
        return write_all(veiled(sent_));
    }
    // One line, or nothing within `patience`.
    std::string receive(int patience)
    {
        pollfd one{.fd = socket_, .events = POLLIN, .revents = 0};
        char bytes[4096];
        while (received_.find('\n') == std::string::npos && poll(&one, 1, patience) == 1) {
            const auto count = recv(socket_, bytes, sizeof bytes, 0);
            if (count <= 0 && errno != EAGAIN)
                is_over_ = true;
            if (count <= 0)
                break;
            received_ += veiled({bytes, static_cast<std::size_t>(count)});
        }
        const auto end = received_.find('\n');
        if (end == std::string::npos)
            return {};
        last_ = received_.substr(0, end + 1);
        received_.erase(0, end + 1);
        return last_;
    }
    bool is_over() const { return is_over_; }

private:
    std::string veiled(std::string words) const
    {
        for (auto& byte : words)
            byte = static_cast<char>(opaque_ ? byte ^ 0x5A : byte);
        return words;
    }
    bool write_all(const std::string& words)
    {
        is_over_ = is_over_ || ::send(socket_, words.data(), words.size(), MSG_NOSIGNAL) < 0;
        return !is_over_;
    }

    int socket_;
    bool opaque_;
    bool is_over_ = false;
    std::string sent_;
    std::string received_;
    std::string last_;
};

// A connection to `to`, tried until the time is over; below 0 then.
inline int connection(const Settings& settings)
{
    const auto at = endpoint_of(settings);
    while (at && !settings.is_over()) {
        const int one = socket(at->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(one, probe::raw(*at), at->size) == 0)
            return one;
        close(one);
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
    }
    return -1;
}

// Says each of `greetings`, then `more` every `pause`, for as long as the time lasts.
inline void converse(const Settings& settings, const std::vector<std::string>& greetings,
                     const std::function<std::string(int)>& more, int pause)
{
    Line line{connection(settings), settings.text("wire") == "opaque"};
    for (const auto& greeting : greetings)
        line.send(greeting), line.receive(1000);
    for (int turn = 0; !settings.is_over() && !line.is_over(); ++turn) {
        const auto next = Clock::now() + std::chrono::milliseconds{pause};
        while (Clock::now() < next && !line.is_over())
            line.receive(100);
        line.send(more(turn));
    }
}

inline void talk_to_pool(const Settings& settings)
{
    const auto words = miner_words(settings.text("dialect", "cryptonote"));
    converse(settings, words.greetings, words.submit, 1000 * settings.number("pause", 10));
}

inline void talk_to_node(const Settings& settings)
{
    converse(settings, {rpc_question(0)}, rpc_question, 1000);
}

inline void talk_to_queue(const Settings& settings)
{
    converse(
        settings, {"HELLO worker\n"}, [](int turn) { return queue_words(turn); }, 10'000);
}

inline int serve(const Settings& settings, const Answer& answer)
{
    const auto at = probe::endpoint("tcp", "0.0.0.0", settings.text("port", "3333"));
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (!at || bind(listener, probe::raw(*at), at->size) != 0 || listen(listener, 64) != 0) {
        std::perror("workload: serve");
        return 1;
    }
    std::puts("serving");
    pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
    while (!settings.is_over())
        if (poll(&waiting, 1, 500) == 1)
            if (const int one = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC); one >= 0)
                std::thread{[one, answer, settings] {
                    answer(one, settings);
                    close(one);
                }}.detach();
    _exit(0);
}

inline void answer_miner(int socket, const Settings& settings)
{
    Line line{socket, settings.text("wire") == "opaque"};
    for (int turn = 0; !settings.is_over() && !line.is_over(); ++turn) {
        const auto question = line.receive(15'000);
        line.send(question.empty() ? pool_job(turn, "job") : pool_answer(question, turn));
    }
}

inline void answer_rpc(int socket, const Settings& settings)
{
    Line line{socket, false};
    while (!settings.is_over() && !line.is_over())
        if (!line.receive(1000).empty())
            line.send(rpc_answer());
}

inline void pass_on(int socket, const Settings& settings)
{
    Line miner{socket, false};
    Line pool{connection(settings), false};
    while (!settings.is_over() && !miner.is_over() && !pool.is_over()) {
        if (const auto words = miner.receive(100); !words.empty())
            pool.send(words);
        if (const auto words = pool.receive(100); !words.empty())
            miner.send(words);
    }
}

} // namespace workload
