#pragma once

#include "node/host.h"
#include "ssh/ssh_policy.h"

#include <string>
#include <vector>

namespace harden {

// One key that opens an account.
struct InventoryKey {
    std::string account;
    std::string place; // "/root/.ssh/authorized_keys:3"
    std::string type;
    int bits = 0;
    std::string fingerprint;
    std::string comment;
    std::vector<std::string> options;
    bool is_authority = false;         // whoever has a certificate of it comes in
    std::vector<std::string> problems; // "RSA of 2048 bits is weak", "is not in /etc/…"
};

// Another way in than a file of keys: "AuthorizedKeysCommand" and its value.
struct InventorySource {
    std::string account; // empty: every account
    std::string setting;
    std::string value;
};

struct KeyInventory {
    std::vector<InventoryKey> keys;
    std::vector<InventorySource> sources;
    std::vector<std::string> file_problems; // owner and mode of key files
    std::vector<std::string> unread;        // what could not be looked at
};

// Every key of every account, where this machine's sshd looks for them.
Result<KeyInventory> key_inventory(const Host& host, const SshPolicy& policy);
// Nothing weak, unknown, expired or badly guarded.
bool is_in_order(const KeyInventory& inventory);

std::string render_text(const KeyInventory& inventory);
std::string render_json(const KeyInventory& inventory); // schema "harden.ssh-keys/1"

// Fingerprints of a list of known keys, one a line, whatever stands behind them.
std::vector<std::string> parse_known_keys(std::string_view text);

}
