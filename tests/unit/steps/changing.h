#pragma once

#include "steps/step.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/fake_sshd.h"

namespace harden::test {

inline Step writing(std::string id, Path file, std::string text)
{
    return {.id = std::move(id), .title = "", .apply = [=](Node& node) -> Result<> {
                if (const auto now = node.host().read(file); now && *now == text)
                    return done;
                TRY(node.host().write(file, text));
                TRY(succeeded(node.host().run({"reload"}, {"reload"}), {"reload"}));
                return done;
            }};
}

inline FakeNode& prepared(FakeNode& fake)
{
    make_ssh_server(fake.host);
    fake.host.with_file("/etc/a", "old a", 0640).answering({"reload"}, {});
    return fake;
}

inline std::string armed(FakeNode& fake)
{
    const auto outcome = apply(writing("lock", "/etc/a", "new a"), fake.node, Arming{});
    REQUIRE(outcome);
    REQUIRE(outcome->ended == Ended::Armed);
    return outcome->transaction;
}

inline std::string listed(const FakeHost& host, const std::string& id)
{
    return state_of(*transaction(host, id), host);
}

}
