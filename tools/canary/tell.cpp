#include "canary.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace canary {

bool is_written(const char* text, unsigned long size)
{
    return write(STDOUT_FILENO, text, size) == static_cast<ssize_t>(size);
}

void tell(const char* key, const char* format, ...)
{
    char line[512];
    auto used = static_cast<size_t>(snprintf(line, sizeof line, "%s ", key));
    va_list values;
    va_start(values, format);
    vsnprintf(line + used, sizeof line - used - 1, format, values);
    va_end(values);
    used = strcspn(line, "\n");
    line[used] = '\n';
    is_written(line, used + 1);
}

void tell_file(const char* key, const char* path)
{
    char text[400] = {};
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const auto size = read(file, text, sizeof text - 1);
    close(file);
    if (size > 0)
        tell(key, "%s", text);
}

void tell_attempt(const char* name, Attempt attempt)
{
    constexpr unsigned patience_s = 3;
    const auto child = fork();
    if (child == 0) {
        alarm(patience_s);
        const int problem = attempt();
        _exit(problem < 0 || problem > 254 ? 254 : problem);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child < 0)
        tell(name, "untried %d", errno);
    else if (WIFSIGNALED(status))
        tell(name, "killed %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        tell(name, "refused %d", WEXITSTATUS(status));
    else
        tell(name, "allowed");
}

}
