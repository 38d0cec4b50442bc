#include "system/process_memory.h"

#include "system/descriptor.h"
#include "system/process.h"

#include <cerrno>
#include <fcntl.h>
#include <vector>

namespace harden {

static constexpr std::uint64_t page = 4096;
static constexpr std::uint64_t is_present = std::uint64_t{1} << 63U;

static Result<Descriptor> file_of(int pid, std::string_view name)
{
    const auto path = cat("/proc/", std::to_string(pid), "/", name);
    Descriptor opened{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open())
        return errno_error(path, errno);
    return opened;
}

static Error nothing_there()
{
    return {ErrorKind::NotFound, "no memory at that address", {}};
}

// Which pages are in memory; fewer than asked for where the address space ends.
static Result<std::vector<std::uint64_t>> pages_of(int pid, std::uint64_t first, std::size_t count)
{
    const auto map = TRY(file_of(pid, "pagemap"));
    std::vector<std::uint64_t> entries(count);
    const auto got = pread(map.number(), entries.data(), count * sizeof entries[0],
                           static_cast<off_t>(first * sizeof entries[0]));
    entries.resize(got < 0 ? 0 : static_cast<std::size_t>(got) / sizeof entries[0]);
    while (!entries.empty() && (entries.back() & is_present) == 0)
        entries.pop_back();
    return entries;
}

// False where all of it has gone meanwhile; what is missing stays zeros.
static bool read_run(const Descriptor& memory, std::uint64_t first, std::size_t from,
                     std::size_t until, std::string& contents)
{
    return pread(memory.number(), contents.data() + from * page, (until - from) * page,
                 static_cast<off_t>((first + from) * page)) > 0;
}

Result<std::string> read_process_memory(int pid, std::uint64_t address, std::size_t size)
{
    const auto first = address / page;
    const auto before = address % page;
    const auto pages = TRY(pages_of(pid, first, (before + size + page - 1) / page));
    if (pages.empty())
        return nothing_there();
    const auto memory = TRY(file_of(pid, "mem"));
    bool is_read = false;
    std::string contents(pages.size() * page, '\0');
    for (std::size_t at = 0; at < pages.size(); ++at) {
        const auto from = at;
        while (at < pages.size() && (pages[at] & is_present) != 0)
            ++at;
        if (at > from)
            is_read = read_run(memory, first, from, at, contents) || is_read;
    }
    if (!is_read)
        return nothing_there();
    contents.erase(0, before);
    contents.resize(std::min(contents.size(), size));
    return contents;
}

}
