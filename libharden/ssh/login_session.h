#pragma once

#include "node/host.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// One row of /proc.
struct Process {
    int id = 0;
    int parent = 0;
    int terminal = 0;                    // device number; 0: none
    std::chrono::milliseconds started{}; // since boot, in steps of 10 ms
};
// The text of /proc/PID/stat.
Result<Process> parse_process(std::string_view stat);
Result<Process> process_of(const Host& host, std::string_view id); // "self" or a number

// The SSH login that this program runs under.
struct LoginSession {
    std::string user;
    std::chrono::milliseconds started{}; // since boot
    int process = 0;                     // of sshd, for this session
};

// Walks from this process to its ancestors and returns the outermost session process of sshd:
// every shell of a multiplexed connection, and an `sshd -i` run in it, is as old as the
// connection. Empty on a console, in cron, or where a terminal multiplexer has detached us.
Result<std::optional<LoginSession>> login_session(const Host& host);

// This program's terminal is the machine's own console or a serial line, not one of a network
// login or of a terminal multiplexer.
bool is_on_console(const Host& host);

// The user in the title that sshd gives its session processes: "sshd: ann@pts/0",
// "sshd-session: ann [priv]". Empty for any other process, such as the listener.
std::string session_user(std::string_view title);

}
