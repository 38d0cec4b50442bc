#include "canary.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <initializer_list>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

namespace canary {

static int made(long descriptor)
{
    return descriptor < 0 ? errno : 0;
}

static int inet_socket()
{
    return made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int packet_socket()
{
    return made(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)));
}

static int crypto_socket()
{
    constexpr int af_alg = 38;
    return made(socket(af_alg, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

static int netfilter_socket()
{
    return made(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
}

static int page_faults()
{
    return made(syscall(SYS_userfaultfd, O_CLOEXEC));
}

static int io_uring()
{
    constexpr long io_uring_setup = 425; // on every architecture
    static char parameters[256];
    return made(syscall(io_uring_setup, 1, parameters));
}

static int user_namespace()
{
    return made(unshare(CLONE_NEWUSER));
}

static int mount_something()
{
    mkdir("/harden-mount", 0700);
    return made(mount("none", "/harden-mount", "tmpfs", 0, nullptr));
}

// Made is not enough: who may open it has the host's first disk.
static int host_disk()
{
    if (mknod("/harden-disk", S_IFBLK | 0600, makedev(8, 0)) != 0)
        return errno;
    return made(open("/harden-disk", O_RDONLY | O_CLOEXEC));
}

static int entries_in(const char* path)
{
    auto* directory = opendir(path);
    if (directory == nullptr)
        return errno;
    while (const auto* entry = readdir(directory))
        if (entry->d_name[0] != '.')
            return 0;
    return ENODATA;
}

static int firmware()
{
    return entries_in("/sys/firmware");
}

// Another root that has something in it is the host's; below a sandbox's there is an empty one.
static int chroot_escape()
{
    constexpr auto highest = 64;
    if (mkdir("/harden-root", 0700) != 0 && errno != EEXIST)
        return errno;
    if (chroot("/harden-root") != 0)
        return errno;
    for (int up = 0; up < highest; ++up)
        if (chdir("..") != 0)
            return errno;
    if (chroot(".") != 0)
        return errno;
    return access("/canary", X_OK) == 0 ? EPERM : entries_in("/");
}

static int readable(const char* path)
{
    char byte = 0;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    const auto size = read(file, &byte, 1);
    if (size < 0)
        return errno;
    return size == 0 ? ENODATA : 0; // masked: an empty file in its place
}

static int kernel_symbols()
{
    return readable("/proc/kallsyms");
}

static int kernel_memory()
{
    return readable("/proc/kcore");
}

static int kernel_keys()
{
    return readable("/proc/keys");
}

static int core_pattern()
{
    return made(open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC));
}

static int power_switch()
{
    return made(open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC));
}

static int engine_socket()
{
    int problem = ENOENT;
    for (const char* path :
         {"/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock"}) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        strcpy(address.sun_path, path);
        const int engine = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(engine, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            return 0;
        problem = errno;
        close(engine);
    }
    return problem;
}

void tell_surface()
{
    tell_attempt("try-inet-socket", inet_socket);
    tell_attempt("try-packet-socket", packet_socket);
    tell_attempt("try-netfilter-socket", netfilter_socket);
    tell_attempt("try-crypto-socket", crypto_socket);
    tell_attempt("try-page-faults", page_faults);
    tell_attempt("try-io-uring", io_uring);
    tell_attempt("try-user-namespace", user_namespace);
    tell_attempt("try-mount", mount_something);
    tell_attempt("try-host-disk", host_disk);
    tell_attempt("try-chroot-escape", chroot_escape);
    tell_attempt("try-kernel-symbols", kernel_symbols);
    tell_attempt("try-kernel-memory", kernel_memory);
    tell_attempt("try-kernel-keys", kernel_keys);
    tell_attempt("try-core-pattern", core_pattern);
    tell_attempt("try-power-switch", power_switch);
    tell_attempt("try-firmware", firmware);
    tell_attempt("try-engine-socket", engine_socket);
}

}
