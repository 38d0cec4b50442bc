#pragma once

#include "node/host.h"

#include <map>
#include <string>
#include <vector>

namespace harden {

// What a boot sets a kernel setting to, and the file that says so.
struct PersistedSetting {
    std::string value;
    std::string file;
    bool is_exception = false; // "-key" alone: no pattern applies to it
};

// The files of /etc/sysctl.d and its kin as systemd-sysctl merges them, by key: of files with one
// name the one in /etc, then /run, wins; among all of them the last one in the order of names. Keys
// may hold a pattern ("net/ipv4/conf/*/rp_filter").
using PersistedSettings = std::map<std::string, PersistedSetting, std::less<>>;
Result<PersistedSettings> persisted_settings(const Host& host);

// Files of a drop-in directory in the order they are read, without those that are masked.
Result<std::vector<Path>> merged_files(const Host& host, const std::vector<Path>& directories,
                                       std::string_view suffix);

// Assignments of one file, in their order; "/" separates the parts of a key.
std::vector<std::pair<std::string, PersistedSetting>> sysctl_lines(std::string_view text,
                                                                   const std::string& file);

// The kernel's own path of a key. The first separator decides which of the two is one:
// "net.ipv4.conf.eth0/7.forwarding" and "net/ipv4/conf/eth0.7/forwarding" are the same.
std::string slashed_key(std::string_view key);

// A value with every run of blanks as one space, as the kernel's own may hold tabs.
std::string plain_value(std::string_view value);

}
