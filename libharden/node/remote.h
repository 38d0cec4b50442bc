#pragma once

#include "node/host.h"

namespace harden {

// Another machine, as root, over one connection: copy and execute, nothing else. What it shall
// become is decided by our own tools running there.
// ErrorKind::TimedOut: the connection is lost or nothing was answered in time; asking again may
// help. Every other kind stays as it is however often one asks.
class Remote {
public:
    Remote() = default;
    Remote(const Remote&) = delete;
    Remote& operator=(const Remote&) = delete;
    virtual ~Remote() = default;

    // A status that is not 0 is an answer, as with Host::query.
    virtual Result<Output> execute(const Command& command, const CommandOptions& options) = 0;
    Result<Output> execute(const Command& command) { return execute(command, {}); }

    // The same over a connection, and so a login, of its own: proof that one can still get in.
    virtual Result<Output> execute_anew(const Command& command) = 0;

    // The same through an SSH server that `server` is, there, on its standard streams: a login
    // against settings that are not in force. Status 255: it did not come to the command.
    virtual Result<Output> execute_through(const Command& server, const Command& command) = 0;

    // Streams a file of this machine to `to` there, replacing what is there.
    virtual Result<> upload(const Path& file, const Path& to) = 0;

    // Holds `file` there locked until this object ends, whatever ends it. Denied, quoting what the
    // other wrote into it, where somebody else holds it.
    virtual Result<> lock(const Path& file, std::string_view owner) = 0;

    // Drops what is left of the connection and makes it again, with its lock.
    virtual Result<> reconnect() = 0;
};

}
