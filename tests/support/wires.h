#pragma once

#include <functional>
#include <string>

namespace harden::test {

// A container behind br-x and a server beyond the router, which this process's own network
// namespace is; each is a namespace that a sleeper keeps. The server counts what reaches it on the
// port 3333.
class Wires {
public:
    Wires();
    ~Wires();
    Wires(const Wires&) = delete;
    Wires& operator=(const Wires&) = delete;

    // Runs `work` in a thread in the network namespace of the container.
    void in_container(const std::function<void()>& work) const;
    // Packets that came to the server since it was asked the last time.
    long arrived() const;

private:
    std::string container_;
    std::string server_;
};

}
