#include "node/journal_json.h"
#include "ssh/authorized_keys.h"
#include "ssh/key_inventory.h"
#include "ssh/login_session.h"
#include "ssh/match_blocks.h"
#include "ssh/operator_login.h"
#include "ssh/patterns.h"
#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"
#include "steps/ssh_login.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

// What sshd prints and the files it reads: all of them take the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto settings = parse_sshd_settings(text);
    const SshConnection stranger;
    for (const auto& key : parse_authorized_keys(text))
        if (settings)
            (void)why_unusable(key, *settings, {"20261122081500", "20261122081500"}, &stranger);
    const auto directives = parse_sshd_config(text, "fuzz");
    (void)place_of_drop_in(directives);
    for (const auto& directive : directives)
        for (const auto& argument : directive.arguments)
            (void)matches_addresses(example_address(argument), example_of(argument));
    std::string port;
    (void)parse_ssh_connection(text, port);
    (void)parse_accepted_key(text);
    (void)outcome_in(text);
    (void)parse_known_keys(text);
    (void)matches_user("ann", "host.invalid", "192.0.2.1", text);
    (void)canonical_sshd_value(text);
    (void)session_user(text);
    (void)parse_process(text);
    (void)record_from_json(text);
    return 0;
}
