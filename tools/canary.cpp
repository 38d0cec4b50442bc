// Runs inside a container and prints the kernel that it sees, or with "names" whether the first
// name server of /etc/resolv.conf answers. Linked statically and without the C++ library, so that
// an image needs nothing but this file.
#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_written(const char* text, size_t size)
{
    return write(STDOUT_FILENO, text, size) == static_cast<ssize_t>(size);
}

static int print_kernel()
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

// Any answer will do: what is asked for is the server, not the name.
static bool is_answered(const sockaddr_in& server)
{
    static const unsigned char question[] = {0x48, 0x52, 1,   0,   0,   1,   0,   0, 0, 0, 0, 0,
                                             6,    'c',  'a', 'n', 'a', 'r', 'y', 0, 0, 1, 0, 1};
    unsigned char answer[512];
    const int socket_number = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (connect(socket_number, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
        return false;
    for (int attempt = 0; attempt < 2; ++attempt) {
        pollfd waiting{socket_number, POLLIN, 0};
        if (send(socket_number, question, sizeof question, 0) < 0 || poll(&waiting, 1, 1500) < 1)
            continue;
        const auto size = recv(socket_number, answer, sizeof answer, 0);
        if (size >= 12 && answer[0] == question[0] && answer[1] == question[1])
            return true;
    }
    return false;
}

static int print_names()
{
    sockaddr_in server{};
    if (!find_server(server))
        return 1;
    const char* verdict = is_answered(server) ? "answered\n" : "silent\n";
    return is_written(verdict, strlen(verdict)) ? 0 : 1;
}

int main(int argc, char** argv)
{
    return argc > 1 && strcmp(argv[1], "names") == 0 ? print_names() : print_kernel();
}
