// Runs inside a container and prints the kernel that it sees. Linked statically and without the
// C++ library, so that an image needs nothing but this file.
#include <fcntl.h>
#include <unistd.h>

int main()
{
    char text[1024];
    const int file = open("/proc/version", O_RDONLY | O_CLOEXEC);
    const auto size = read(file, text, sizeof text);
    return size > 0 && write(STDOUT_FILENO, text, static_cast<size_t>(size)) == size ? 0 : 1;
}
