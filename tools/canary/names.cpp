#include "canary.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace canary {

int print_kernel()
{
    char text[1024];
    const int file = open("/proc/version", O_RDONLY | O_CLOEXEC);
    const auto size = read(file, text, sizeof text);
    return size > 0 && is_written(text, static_cast<size_t>(size)) ? 0 : 1;
}

static bool find_server(sockaddr_in& server)
{
    char text[4096] = {};
    char address[16] = {};
    const int file = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
    if (read(file, text, sizeof text - 1) <= 0)
        return false;
    const char* line = strstr(text, "nameserver ");
    if (line == nullptr || sscanf(line, "nameserver %15[0-9.]", address) != 1)
        return false;
    server.sin_family = AF_INET;
    server.sin_port = htons(53);
    return inet_pton(AF_INET, address, &server.sin_addr) == 1;
}

// A question for this container's own name, which Docker's resolver knows by itself: it need not
// reach another one.
static size_t own_question(unsigned char* question)
{
    static const unsigned char head[] = {0x48, 0x52, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    static const unsigned char tail[] = {0, 0, 1, 0, 1};
    char name[64] = {};
    if (gethostname(name, sizeof name - 1) != 0)
        return 0;
    const auto length = strcspn(name, ".");
    memcpy(question, head, sizeof head);
    question[sizeof head] = static_cast<unsigned char>(length);
    memcpy(question + sizeof head + 1, name, length);
    memcpy(question + sizeof head + 1 + length, tail, sizeof tail);
    return sizeof head + 1 + length + sizeof tail;
}

// Any answer will do: what is asked for is the server, not the name.
static bool is_answered(const sockaddr_in& server, int patience_ms)
{
    unsigned char question[128];
    const auto size_of_question = own_question(question);
    unsigned char answer[512];
    const int socket_number = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (connect(socket_number, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
        return false;
    for (int attempt = 0; attempt < 2; ++attempt) {
        pollfd waiting{socket_number, POLLIN, 0};
        if (send(socket_number, question, size_of_question, 0) < 0 ||
            poll(&waiting, 1, patience_ms) < 1)
            continue;
        const auto size = recv(socket_number, answer, sizeof answer, 0);
        if (size >= 12 && answer[0] == question[0] && answer[1] == question[1])
            return true;
    }
    return false;
}

int print_names()
{
    sockaddr_in server{};
    if (!find_server(server))
        return 1;
    const char* verdict = is_answered(server, 1500) ? "answered\n" : "silent\n";
    return is_written(verdict, strlen(verdict)) ? 0 : 1;
}

void tell_names()
{
    sockaddr_in server{};
    if (find_server(server))
        tell("names", "%s", is_answered(server, 300) ? "answered" : "silent");
}

}
