#pragma once

#include <string_view>

namespace harden {

// What sshd's patterns match: '*' and '?', lists with commas, '!' in front of an exception. A list
// of exceptions alone matches nothing.
bool matches_pattern(std::string_view text, std::string_view pattern);
bool matches_list(std::string_view text, std::string_view list);

// `network` is an address or a CIDR of either family.
bool is_in_network(std::string_view address, std::string_view network);
// A list of networks and of patterns for the text of an address, as in Match Address.
bool matches_addresses(std::string_view address, std::string_view list);
// from="…" of a key: a list of networks and of patterns for names and addresses.
bool matches_origin(std::string_view host, std::string_view address, std::string_view list);
// One word of AllowUsers or DenyUsers: a user, or USER@ORIGIN.
bool matches_user(std::string_view user, std::string_view host, std::string_view address,
                  std::string_view pattern);

}
