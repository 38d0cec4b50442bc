#pragma once

#include "checks/check.h"

// How each row of ssh.cpp finds out.
namespace harden {

// By sshd's own answers.
Result<Outcome> passwords_are_off(const Facts& facts);
Result<Outcome> keyboard_interactive_is_off(const Facts& facts);
Result<Outcome> root_needs_a_key(const Facts& facts);
Result<Outcome> nobody_has_an_empty_password(const Facts& facts);
Result<Outcome> forwards_nothing(const Facts& facts);
Result<Outcome> logins_are_limited(const Facts& facts);
Result<Outcome> sources_are_throttled(const Facts& facts);

// On the wire.
Result<Outcome> offers_keys_only(const Facts& facts);
Result<Outcome> key_exchange_is_strong(const Facts& facts);
Result<Outcome> ciphers_are_strong(const Facts& facts);
Result<Outcome> key_exchange_is_strict(const Facts& facts);
Result<Outcome> grace_race_is_fixed(const Facts& facts);

// In its files.
Result<Outcome> host_keys_are_strong(const Facts& facts);
Result<Outcome> drop_in_is_first(const Facts& facts);
Result<Outcome> files_are_read(const Facts& facts);
Result<Outcome> keys_are_in_order(const Facts& facts);
Result<Outcome> files_are_guarded(const Facts& facts);

// As it runs.
Result<Outcome> listens_where_meant(const Facts& facts);
Result<Outcome> logins_are_logged(const Facts& facts);
Result<Outcome> no_other_shell(const Facts& facts);
Result<Outcome> brute_force_is_braked(const Facts& facts);

// What slows down who knocks again and again; empty: nothing.
Result<std::string> brake(const Facts& facts);

inline bool has_no_sshd(const Facts& facts)
{
    return facts.host().status("/usr/sbin/sshd").is_absent();
}
inline Outcome without_sshd()
{
    return not_applicable("there is no sshd on this machine");
}

}
