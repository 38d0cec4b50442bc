#include "faults/points.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace faults {

namespace {

constexpr int none = -1;
constexpr std::uint64_t set_replace = 64; // IPT_SO_SET_REPLACE, IP6T_SO_SET_REPLACE

// Which arguments name the file: a descriptor alone, or a path and the directory it starts from.
struct Row {
    long number;
    const char* name;
    Kind kind;
    int descriptor;
    int path;
};

constexpr std::array rows{
    Row{SYS_write, "write", Kind::Write, 0, none},
    Row{SYS_writev, "writev", Kind::Write, 0, none},
    Row{SYS_pwrite64, "pwrite64", Kind::Write, 0, none},
    Row{SYS_pwritev, "pwritev", Kind::Write, 0, none},
    Row{SYS_ftruncate, "ftruncate", Kind::Write, 0, none},
    Row{SYS_truncate, "truncate", Kind::Write, none, 0},
    Row{SYS_fallocate, "fallocate", Kind::Write, 0, none},
    Row{SYS_copy_file_range, "copy_file_range", Kind::Write, 2, none},
    Row{SYS_sendfile, "sendfile", Kind::Write, 0, none},
    Row{SYS_open, "open", Kind::Create, none, 0},
    Row{SYS_openat, "openat", Kind::Create, 0, 1},
    Row{SYS_creat, "creat", Kind::Create, none, 0},
    Row{SYS_fsync, "fsync", Kind::Sync, 0, none},
    Row{SYS_fdatasync, "fdatasync", Kind::Sync, 0, none},
    Row{SYS_rename, "rename", Kind::Rename, none, 1},
    Row{SYS_renameat, "renameat", Kind::Rename, 2, 3},
    Row{SYS_renameat2, "renameat2", Kind::Rename, 2, 3},
    Row{SYS_link, "link", Kind::Link, none, 1},
    Row{SYS_linkat, "linkat", Kind::Link, 2, 3},
    Row{SYS_symlink, "symlink", Kind::Link, none, 1},
    Row{SYS_symlinkat, "symlinkat", Kind::Link, 1, 2},
    Row{SYS_unlink, "unlink", Kind::Remove, none, 0},
    Row{SYS_unlinkat, "unlinkat", Kind::Remove, 0, 1},
    Row{SYS_rmdir, "rmdir", Kind::Remove, none, 0},
    Row{SYS_mkdir, "mkdir", Kind::Directory, none, 0},
    Row{SYS_mkdirat, "mkdirat", Kind::Directory, 0, 1},
    Row{SYS_chmod, "chmod", Kind::Owner, none, 0},
    Row{SYS_fchmod, "fchmod", Kind::Owner, 0, none},
    Row{SYS_fchmodat, "fchmodat", Kind::Owner, 0, 1},
    Row{SYS_chown, "chown", Kind::Owner, none, 0},
    Row{SYS_lchown, "lchown", Kind::Owner, none, 0},
    Row{SYS_fchown, "fchown", Kind::Owner, 0, none},
    Row{SYS_fchownat, "fchownat", Kind::Owner, 0, 1},
    Row{SYS_execve, "execve", Kind::Command, none, 0},
};

template<class T>
std::optional<T> value_at(pid_t process, std::uint64_t address)
{
    T value{};
    iovec here{&value, sizeof value};
    iovec there{reinterpret_cast<void*>(address), sizeof value};
    if (process_vm_readv(process, &here, 1, &there, 1, 0) != sizeof value)
        return {};
    return value;
}

std::string text_at(pid_t process, std::uint64_t address)
{
    std::string text;
    while (text.size() < 4096) {
        const auto letter = value_at<char>(process, address + text.size());
        if (!letter || *letter == '\0')
            break;
        text += *letter;
    }
    return text;
}

std::string link_target(const std::string& link)
{
    std::array<char, 4096> target{};
    const auto length = readlink(link.c_str(), target.data(), target.size());
    return {target.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::string open_file(pid_t process, int descriptor)
{
    const auto own = "/proc/" + std::to_string(process);
    return link_target(descriptor == AT_FDCWD ? own + "/cwd"
                                              : own + "/fd/" + std::to_string(descriptor));
}

std::string file_of(pid_t process, const Row& row, const Call& call)
{
    const auto number =
        row.descriptor == none ? AT_FDCWD : static_cast<int>(call.arguments[row.descriptor]);
    if (row.path == none)
        return open_file(process, number);
    auto path = text_at(process, call.arguments[row.path]);
    return path.starts_with('/') ? path : open_file(process, number) + "/" + path;
}

bool is_on_a_file_system(const std::string& file)
{
    return file.starts_with('/') && !file.starts_with("/dev/") && !file.starts_with("/proc/");
}

bool makes_or_empties(const Row& row, const Call& call)
{
    if (row.number == SYS_creat)
        return true;
    const auto flags = call.arguments[row.number == SYS_open ? 1 : 2];
    return (flags & (O_CREAT | O_TRUNC)) != 0;
}

// A batch for nf_tables begins with this message and with no other.
bool begins_a_batch(pid_t process, std::uint64_t address)
{
    const auto header = value_at<nlmsghdr>(process, address);
    const auto more = value_at<nfgenmsg>(process, address + NLMSG_HDRLEN);
    return header && more && header->nlmsg_type == NFNL_MSG_BATCH_BEGIN &&
           header->nlmsg_len >= NLMSG_LENGTH(sizeof(nfgenmsg)) &&
           (more->res_id == NFNL_SUBSYS_NFTABLES || more->res_id == htons(NFNL_SUBSYS_NFTABLES));
}

std::optional<Point> firewall_point(pid_t process, const Call& call)
{
    if (call.number == SYS_setsockopt) {
        const bool is_ip = call.arguments[1] == IPPROTO_IP || call.arguments[1] == IPPROTO_IPV6;
        if (is_ip && call.arguments[2] == set_replace)
            return Point{Kind::Firewall, "setsockopt", "legacy iptables"};
    }
    if (call.number == SYS_sendto && begins_a_batch(process, call.arguments[1]))
        return Point{Kind::Firewall, "sendto", "nf_tables"};
    if (call.number == SYS_sendmsg) {
        const auto message = value_at<msghdr>(process, call.arguments[1]);
        const auto part =
            message ? value_at<iovec>(process, reinterpret_cast<std::uint64_t>(message->msg_iov))
                    : std::nullopt;
        if (part && begins_a_batch(process, reinterpret_cast<std::uint64_t>(part->iov_base)))
            return Point{Kind::Firewall, "sendmsg", "nf_tables"};
    }
    return {};
}

std::string command_line(pid_t process, const Call& call)
{
    auto line = text_at(process, call.arguments[0]);
    for (std::uint64_t i = 1; i < 4; ++i) {
        const auto word = value_at<std::uint64_t>(process, call.arguments[1] + i * 8);
        if (!word || *word == 0)
            break;
        line += " " + text_at(process, *word);
    }
    return line;
}

}

const char* name_of(Kind kind)
{
    constexpr std::array names{"create", "write",     "sync",  "rename",  "link",
                               "remove", "directory", "owner", "command", "firewall"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Point> point_of(pid_t process, const Call& call)
{
    const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& candidate) {
        return static_cast<std::uint64_t>(candidate.number) == call.number;
    });
    if (row == rows.end())
        return firewall_point(process, call);
    if (row->kind == Kind::Create && !makes_or_empties(*row, call))
        return {};
    if (row->kind == Kind::Write && row->descriptor == 0 && call.arguments[0] <= STDERR_FILENO)
        return {}; // what it says
    const auto file = file_of(process, *row, call);
    if (!is_on_a_file_system(file))
        return {};
    if (row->kind != Kind::Command)
        return Point{row->kind, row->name, file};
    // execvp tries each directory of the path
    if (access(file.c_str(), X_OK) != 0)
        return {};
    return Point{Kind::Command, row->name, command_line(process, call)};
}

}
