#pragma once

#include <algorithm>
#include <string_view>

namespace harden {

// What a shell's usual programs do with their arguments. Names in lower case.

template<class Table>
bool is_in(const Table& table, std::string_view name)
{
    return std::find(std::begin(table), std::end(table), name) != std::end(table);
}

// Programs that start the one behind them; so many words of their own come first, besides options.
struct StartingProgram {
    std::string_view name;
    int own_words = 0;
};
inline constexpr StartingProgram starting_programs[] = {
    {"busybox"},      {"catatonit"}, {"chpst"},       {"chroot", 1},
    {"command"},      {"doas"},      {"dumb-init"},   {"env"},
    {"exec"},         {"fakeroot"},  {"gosu", 1},     {"ionice"},
    {"nice"},         {"nohup"},     {"parallel"},    {"s6-setuidgid", 1},
    {"setarch"},      {"setsid"},    {"setuser", 1},  {"stdbuf"},
    {"su-exec", 1},   {"sudo"},      {"taskset", 1},  {"time"},
    {"timeout", 1},   {"tini"},      {"tini-static"}, {"torify"},
    {"torsocks"},     {"unbuffer"},  {"watch"},       {"with-contenv"},
    {"xargs"},        {"xvfb-run"},  {"screen"},      {"runuser"},
    {"catchsegv"},    {"linux32"},   {"numactl"},     {"proxychains"},
    {"proxychains4"},
};

// Package managers, the word that installs and the one that takes away.
struct Installer {
    std::string_view name;
    std::string_view installs; // alternatives, with a bar between
    std::string_view removes;
};
inline constexpr Installer installers[] = {
    {"apk", "add", "del"},
    {"apt", "install|build-dep|reinstall", "remove|purge|autoremove"},
    {"apt-get", "install|build-dep|reinstall", "remove|purge|autoremove"},
    {"apt-install", "*", ""},
    {"aptitude", "install", "remove|purge"},
    {"brew", "install", "uninstall"},
    {"cargo", "install", "uninstall"},
    {"clean-install", "*", ""},
    {"composer", "require", "remove"},
    {"conda", "install", "remove"},
    {"dnf", "install|reinstall|localinstall", "remove|erase|autoremove"},
    {"dpkg", "-i|--install", "-r|-p|--purge|--remove"},
    {"easy_install", "*", ""},
    {"emerge", "*", ""},
    {"gem", "install", "uninstall"},
    {"go", "get|install", ""},
    {"guix", "install", "remove"},
    {"install_packages", "*", ""},
    {"mamba", "install", "remove"},
    {"microdnf", "install", "remove"},
    {"npm", "install|i|add|exec", "uninstall|remove|rm"},
    {"npx", "*", ""},
    {"opkg", "install", "remove"},
    {"pacman", "-s|-sy|-syu|-u|-syy|-syyu|-sq", "-r|-rs|-rns"},
    {"pip", "install|wheel", "uninstall"},
    {"pip2", "install", "uninstall"},
    {"pip3", "install|wheel", "uninstall"},
    {"pipx", "install|run", "uninstall"},
    {"pkg", "install", "delete|remove"},
    {"pnpm", "add|install|dlx", "remove"},
    {"rpm", "-i|-u|-ivh|-uvh|--install|--import|-f|-fvh", "-e|--erase"},
    {"snap", "install", "remove"},
    {"tdnf", "install", "remove|erase"},
    {"urpmi", "*", ""},
    {"uv", "add|pip|tool", "remove"},
    {"xbps-install", "*", ""},
    {"yarn", "add|global", "remove"},
    {"yum", "install|localinstall|reinstall", "remove|erase"},
    {"zypper", "install|in", "remove|rm"},
};

inline constexpr std::string_view shells[] = {"ash",  "bash", "csh",  "dash", "fish", "ksh",
                                              "mksh", "sh",   "tcsh", "zsh",  "rbash"};

// Programs that run code which is handed to them, and the options before it.
struct Interpreter {
    std::string_view name; // python3.11 is python
    std::string_view code_option;
};
inline constexpr Interpreter interpreters[] = {
    {"python", "-c"}, {"perl", "-e"}, {"ruby", "-e"}, {"node", "-e"},
    {"nodejs", "-e"}, {"php", "-r"},  {"lua", "-e"},  {"deno", "eval"},
};

// What comes from elsewhere.
inline constexpr std::string_view fetchers[] = {
    "aria2c", "axel", "bzr",   "curl", "fetch",  "ftp",   "git",
    "hg",     "http", "lftp",  "lynx", "rsync",  "scp",   "sftp",
    "svn",    "wget", "wget2", "aws",  "gsutil", "gdown", "youtube-dl"};

// What makes, moves or changes files: arguments are their names.
inline constexpr std::string_view file_programs[] = {
    "7z",     "ar",   "bunzip2", "cd",    "chattr", "chmod",  "chown", "cp",    "dd",
    "gunzip", "gzip", "install", "ln",    "mkdir",  "mkfifo", "mv",    "pushd", "setcap",
    "strip",  "tar",  "tee",     "touch", "unrar",  "untar",  "unxz",  "unzip", "upx",
    "vi",     "xz",   "zstd",    "patch", "rename", "symlink"};

// What only reads, prints or takes away: its words mean nothing by themselves.
inline constexpr std::string_view mentioning_programs[] = {"[",
                                                           "[[",
                                                           "adduser",
                                                           "addgroup",
                                                           "apk-list",
                                                           "apt-cache",
                                                           "apt-key",
                                                           "apt-mark",
                                                           "awk",
                                                           "basename",
                                                           "cmp",
                                                           "cut",
                                                           "debconf-set-selections",
                                                           "deluser",
                                                           "diff",
                                                           "dirname",
                                                           "du",
                                                           "echo",
                                                           "egrep",
                                                           "expr",
                                                           "fgrep",
                                                           "find",
                                                           "gawk",
                                                           "gpg",
                                                           "gpg2",
                                                           "grep",
                                                           "groupadd",
                                                           "groupdel",
                                                           "groupmod",
                                                           "head",
                                                           "kill",
                                                           "killall",
                                                           "less",
                                                           "ls",
                                                           "md5sum",
                                                           "mawk",
                                                           "passwd",
                                                           "pgrep",
                                                           "pkill",
                                                           "printf",
                                                           "readlink",
                                                           "rg",
                                                           "rm",
                                                           "rmdir",
                                                           "sed",
                                                           "sha1sum",
                                                           "sha256sum",
                                                           "sha512sum",
                                                           "shred",
                                                           "sort",
                                                           "stat",
                                                           "sum",
                                                           "tail",
                                                           "test",
                                                           "tr",
                                                           "true",
                                                           "type",
                                                           "uniq",
                                                           "unlink",
                                                           "useradd",
                                                           "userdel",
                                                           "usermod",
                                                           "wc",
                                                           "which",
                                                           "whereis",
                                                           "export",
                                                           "unset",
                                                           "local",
                                                           "declare",
                                                           "alias",
                                                           "set",
                                                           "trap",
                                                           "return",
                                                           "exit",
                                                           "update-alternatives",
                                                           "ldd",
                                                           "file",
                                                           "man",
                                                           "info"};

// What starts or arms services by their names.
inline constexpr std::string_view service_programs[] = {
    "chkconfig", "initctl",   "invoke-rc.d", "rc-service",   "rc-update",
    "service",   "systemctl", "update-rc.d", "supervisorctl"};

}
