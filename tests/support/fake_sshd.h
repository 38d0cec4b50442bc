#pragma once

#include "support/fake_host.h"

namespace harden::test {

// Gives the machine an sshd that answers -t and -T from the configuration on it or on its input:
// first value wins, Include and `Match Address` or `Match User` of one plain value count. It
// knows a handful of settings and accepts no others.
void install_fake_sshd(FakeHost& host);

// A Debian-like machine: sshd with its drop-in directory, systemd, root with one ed25519 key,
// and this process in an SSH login of root.
void make_ssh_server(FakeHost& host);

// An ssh-keygen whose fingerprint of a key is "SHA256:" and the first letters of its bytes.
void install_fake_ssh_keygen(FakeHost& host);
std::string fake_fingerprint(std::string_view key_line);

inline constexpr auto ed25519_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPjsAazkynaNf2x4QqYELEaMNApLe+07gZKd3upIfevR ann@laptop\n";
// 2048 bits
inline constexpr auto rsa_key =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDHSBOAWu5QfnIlqtMqnOT47qbnzS4zrozBBIaezYea"
    "HOE9uyzjVw8RqC06rQt56ru/IOcYRMIAFqsrOHbPuq4IvRRGP2Ed0F+ek7Vehtq1AWgmO6UKAbq3sOEf"
    "LP3538YRU1FrVQrB3IgyCXqUI0cmAQrrYgzAOnRGT30ijPau65PvTCupgebEsZXn0zx1RiOYJMUV8KVM"
    "K2422AmuHHGuo0gfflUAak22kBE2kfxzyMXab/66NGqFZ60XSBvM3FS8xA+6wUPNmFtwc9NbbJcU4irG"
    "893dURT9xmTNdB0XI1F8PIRX8c1qvV3iTotz70O9R8e0VAbO+9lSEQD9My2n old@laptop"
    "\n";

// This process's ancestors: a shell under a session of sshd for `user`, begun at `started`
// seconds after boot.
void log_in(FakeHost& host, const std::string& user, long long started);

}
