#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// What one who wants to be told sends first.
inline constexpr auto ssh_hello = "SSH-2.0-harden\r\n";

// What an SSH server says of itself to everybody, before any key is exchanged.
struct SshGreeting {
    std::string identification; // "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"; escape before printing
    std::vector<std::string> key_exchanges;
    std::vector<std::string> ciphers; // of both directions, each once
    std::vector<std::string> macs;
};

// The identification and the whole packet behind it.
bool is_whole_greeting(std::string_view said);
Result<SshGreeting> parse_ssh_greeting(std::string_view said);

// An entry of key_exchanges that is no method, but says what the server can.
bool is_marker(std::string_view key_exchange);

}
