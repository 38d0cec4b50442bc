#pragma once

#include <string>

namespace harden::test {

struct Greeting {
    std::string identification = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7";
    std::string key_exchanges =
        "sntrup761x25519-sha512@openssh.com,curve25519-sha256,kex-strict-s-v00@openssh.com";
    std::string ciphers = "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com";
    std::string macs = "hmac-sha2-512-etm@openssh.com";
};

inline std::string number_of(std::size_t value)
{
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(value >> shift & 0xffU);
    return bytes;
}

// The bytes that a server sends: its identification and its KEXINIT.
inline std::string greeting_of(const Greeting& greeting)
{
    constexpr std::size_t padding = 5;
    std::string payload(1, '\24');
    payload += std::string(16, 'c');
    for (const auto& list : {greeting.key_exchanges, std::string{"ssh-ed25519"}, greeting.ciphers,
                             greeting.ciphers, greeting.macs, greeting.macs, std::string{"none"},
                             std::string{"none"}, std::string{}, std::string{}})
        payload += number_of(list.size()) + list;
    payload += std::string(5, '\0'); // no packet follows; reserved
    return greeting.identification + "\r\n" + number_of(1 + payload.size() + padding) +
           static_cast<char>(padding) + payload + std::string(padding, '\0');
}

}
