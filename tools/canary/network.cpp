#include "canary.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace canary {

// "open", "refused ERRNO" or "silent".
static void tell_reached(const char* text)
{
    constexpr int patience_ms = 600;
    char key[80];
    snprintf(key, sizeof key, "reach-%.60s", text);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(peer_port);
    if (inet_pton(AF_INET, text, &to.sin_addr) != 1)
        return;
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int problem =
        connect(connection, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ? 0 : errno;
    pollfd waiting{connection, POLLOUT, 0};
    socklen_t size = sizeof problem;
    if (problem == EINPROGRESS && poll(&waiting, 1, patience_ms) == 1)
        getsockopt(connection, SOL_SOCKET, SO_ERROR, &problem, &size);
    close(connection);
    if (problem == EINPROGRESS || problem == ETIMEDOUT)
        tell(key, "silent");
    else if (problem != 0)
        tell(key, "refused %d", problem);
    else
        tell(key, "open");
}

// Each waits in a process of its own; their lines are whole, in any order.
void tell_network(int peers, char** peer)
{
    for (int i = -1; i < peers; ++i) {
        if (fork() != 0)
            continue;
        if (i < 0)
            tell_names();
        else
            tell_reached(peer[i]);
        _exit(0);
    }
    while (wait(nullptr) > 0) {
    }
}

int serve()
{
    const int on = 1;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(peer_port);
    if (bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        listen(listener, 16) != 0)
        return 1;
    tell_names();
    is_written("ready\n", 6);
    for (;;)
        close(accept(listener, nullptr, nullptr));
}

}
