#pragma once

#include "node/remote.h"
#include "system/ssh_child.h"
#include "system/ssh_command.h"

#include <functional>
#include <memory>

namespace harden {

// A machine behind one multiplexed connection of the system's OpenSSH client, so that ssh_config,
// agents and jump hosts count. A login other than root's goes through `sudo -n`.
class SshHost final : public Remote {
public:
    // `tell` gets the sentences an operator must read: a host key that was trusted.
    static Result<std::unique_ptr<SshHost>> connect(const Host& here, SshTarget target,
                                                    std::function<void(std::string_view)> tell);

    Result<Output> execute(const Command& command, const CommandOptions& options) override;
    Result<Output> execute_anew(const Command& command) override;
    Result<Output> execute_through(const Command& server, const Command& command) override;
    Result<> upload(const Path& file, const Path& to) override;
    Result<> lock(const Path& file, std::string_view owner) override;
    Result<> reconnect() override;
    using Remote::execute;

    const Path& scratch() const { return directory_->path(); } // private, on this machine

private:
    SshHost(const Host& here, SshTarget target, std::function<void(std::string_view)> tell)
        : here_{here}
        , target_{std::move(target)}
        , tell_{std::move(tell)}
    {
    }
    Result<> prepare();
    Result<> open_master();
    std::vector<std::string> host_key_options() const;
    Result<Command> over_master(const Command& command) const;
    Result<> why_not_locked(int status, const std::string& owner_file);
    void tell_of_new_key(std::string_view log);

    const Host& here_;
    SshTarget target_;
    std::function<void(std::string_view)> tell_;
    SshLogin login_;
    std::unique_ptr<PrivateDirectory> directory_;
    SshChild master_;
    SshChild lock_;
    Path locked_;
    std::string lock_owner_;
};

}
