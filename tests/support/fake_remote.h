#pragma once

#include "node/remote.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace harden::test {

// The hash of a file on the fake remote, and of its twin on the fake operator's machine.
inline std::string fake_hash(std::string_view contents)
{
    return cat("hash-of-", std::to_string(std::hash<std::string_view>{}(contents)));
}

// A node behind a connection: it keeps files, can be given our package, and then has verbs that
// plan, apply and stay applied. It can lose the connection, or die as seen from the operator, in
// front of any command.
class FakeRemote final : public Remote {
public:
    std::map<std::string, std::string> facts; // key to value; a fresh Debian 12 with Docker
    std::map<std::string, std::string> files; // path to contents
    std::set<std::string> applied;            // verbs
    std::map<std::string, Output> answers;    // "egress apply" to what it says instead
    std::vector<std::string> asked;           // what was executed, words joined with spaces
    std::string lock_holder;                  // somebody else
    std::string locked_by;
    bool is_armed = false; // sshd's new settings wait for a confirmation
    bool accepts_new_logins = true;
    std::string refuses_rehearsal; // what ssh and the verb say then
    int commands_left = -1;        // then the operator's process is gone; below 0: it never is
    int losses_left = 0;           // that many commands meet a lost connection
    int reply_lost_after = -1;     // after that many commands the answer to one is lost on its way
    int reconnections = 0;
    bool can_reconnect = true;
    std::map<Path, std::string> here; // what upload() finds on the operator's machine

    FakeRemote();

    Result<Output> execute(const Command& command, const CommandOptions& options) override;
    Result<Output> execute_anew(const Command& command) override;
    Result<Output> execute_through(const Command& server, const Command& command) override;
    Result<> upload(const Path& file, const Path& to) override;
    Result<> lock(const Path& file, std::string_view owner) override;
    Result<> reconnect() override;
    using Remote::execute;

    // What a change would show up in.
    std::vector<std::string> changes() const;

private:
    Result<> alive();
    Output answer(const Command& command, const std::string& input);
    Output run_verb(const std::string& verb, const Command& command);
    Output tell_facts() const;
};

// The report of a verify that found nothing wrong.
inline constexpr auto clean_report = R"({"schema": "harden.verify/1", "node": "n", "time": "t",
  "profile": "baseline", "checks": [{"id": "egress.smtp", "group": "Egress Rules",
  "title": "SMTP port 25 blocked", "status": "pass", "severity": "high", "level": "behaviour",
  "evidence": "", "remedy": "harden egress apply", "map": []}]})";

}
