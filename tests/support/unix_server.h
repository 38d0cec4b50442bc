#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace harden::test {

// A server on a unix socket of its own, for one client at a time: `answer` turns a request's head
// into the bytes of the reply; none: the connection stays open and silent.
class UnixServer {
public:
    using Answer = std::function<std::string(const std::string& head)>;

    explicit UnixServer(Answer answer)
        : path_{std::filesystem::temp_directory_path() /
                ("harden-test-" + std::to_string(getpid()) + ".sock")}
        , listener_{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)}
        , answer_{std::move(answer)}
    {
        unlink(path_.c_str());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.native().copy(address.sun_path, sizeof address.sun_path - 1);
        const auto* any = static_cast<const void*>(&address);
        if (bind(listener_, static_cast<const sockaddr*>(any), sizeof address) == 0)
            listen(listener_, 8);
        thread_ = std::thread{[this] { serve(); }};
    }
    UnixServer(const UnixServer&) = delete;
    UnixServer& operator=(const UnixServer&) = delete;
    ~UnixServer()
    {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
        unlink(path_.c_str());
    }

    std::string host() const { return "unix://" + path_.native(); }
    const std::filesystem::path& path() const { return path_; }

private:
    void serve() const
    {
        for (;;) {
            const auto client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0)
                return;
            talk(client);
            close(client);
        }
    }

    void talk(int client) const
    {
        std::string head;
        char byte = 0;
        while (!head.ends_with("\r\n\r\n") && read(client, &byte, 1) == 1)
            head += byte;
        const auto reply = answer_(head);
        for (std::size_t sent = 0; sent < reply.size();) {
            const auto count = send(client, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
            if (count <= 0)
                return;
            sent += static_cast<std::size_t>(count);
        }
        while (reply.empty() && read(client, &byte, 1) == 1)
            continue; // silent until the client gives up
    }

    std::filesystem::path path_;
    int listener_;
    Answer answer_;
    std::thread thread_;
};

}
