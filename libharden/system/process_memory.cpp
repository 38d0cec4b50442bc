#include "system/process_memory.h"

#include "base/text.h"

#include <cerrno>
#include <cstring>
#include <sys/uio.h>

namespace harden {

static Error unreadable(int pid, int error)
{
    const auto kind = error == ESRCH || error == EFAULT ? ErrorKind::NotFound
                      : error == EPERM                  ? ErrorKind::Denied
                                                        : ErrorKind::Failed;
    return {kind,
            cat("read the memory of process ", std::to_string(pid), ": ", std::strerror(error)),
            error == EPERM ? "run as root" : ""};
}

Result<std::string> read_process_memory(int pid, std::uint64_t address, std::size_t size)
{
    std::string bytes(size, '\0');
    const iovec here{bytes.data(), bytes.size()};
    // an address of another process is a number here
    const iovec there{reinterpret_cast<void*>(address), size};
    const auto count = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (count < 0)
        return unreadable(pid, errno);
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
}

}
