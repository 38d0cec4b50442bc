#pragma once

#include "node/host.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

inline constexpr auto sshd_program = "/usr/sbin/sshd";

// What sshd would do for one connection, as `sshd -T` prints it: names in lower case, values in
// sshd's own words ("without-password" for prohibit-password).
class SshdSettings {
public:
    // NotFound where this sshd does not know the setting. A repeated one: its first value.
    Result<std::string> get(std::string_view name) const;
    std::vector<std::string> all(std::string_view name) const;
    bool has(std::string_view name) const;
    // All values of a repeated setting in a line, "ann bob"; empty where it is not set.
    std::string joined(std::string_view name) const;

private:
    friend Result<SshdSettings> parse_sshd_settings(std::string_view text);
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// The output of `sshd -T`; at least one setting must be in it.
Result<SshdSettings> parse_sshd_settings(std::string_view text);

// The connection that a question is about: Match blocks look at these. The defaults are a
// stranger from the internet who would be root.
struct SshConnection {
    std::string user = "root";
    std::string host = "host.invalid";
    std::string address = "192.0.2.1";
    std::string local_address = "192.0.2.2";
    std::string local_port = "22";
    std::string routing_domain;
    bool invalid_user = false; // a user that the machine does not have
    bool operator==(const SshConnection&) const = default;
};
std::string to_text(const SshConnection& connection); // "user=root,host=…", as `sshd -C` takes it

// What the configuration on disk says for that connection.
Result<SshdSettings> effective_sshd_settings(const Host& host,
                                             const SshConnection& connection = {});
// What a configuration that is nowhere on disk would say.
Result<SshdSettings> rehearsed_sshd_settings(const Host& host, std::string_view configuration,
                                             const SshConnection& connection = {});

// Settings have several spellings and units ("2m", "120"): equal ones have one canonical form.
std::string canonical_sshd_value(std::string_view value);

}
