#pragma once

#include "node/host.h"

#include <functional>
#include <map>
#include <set>

namespace harden::test {

// A machine made of what the test says it is: files with their modes, and answers to commands.
// Anything unsaid does not exist. It records what changed, and can die like a killed process.
class FakeHost final : public Host {
public:
    struct File {
        std::string contents;
        FileStatus status;
        bool operator==(const File& other) const
        {
            return contents == other.contents && status.type == other.status.type &&
                   status.mode == other.status.mode && status.owner == other.status.owner &&
                   status.group == other.status.group && status.target == other.status.target;
        }
    };
    using Files = std::map<Path, File>;
    using Effect = std::function<Output(FakeHost&)>;
    using Program = std::function<Output(const FakeHost&, const Command&, std::string_view input)>;

    FakeHost();

    FakeHost& with_file(const Path& file, std::string contents, unsigned mode = 0644);
    FakeHost& with_link(const Path& file, const Path& target);
    FakeHost& set_inode(const Path& file, std::uint64_t inode); // a socket, or the like
    FakeHost& denying(const Path& file); // nobody may look at it, nor list it
    FakeHost& answering(const Command& command, Output output);
    // A command that changes this fake when it is run.
    FakeHost& doing(const Command& command, Effect effect);
    // A program that answers from what is on this fake, whatever its arguments and input are.
    FakeHost& having(const std::string& program, Program answer);

    // After `changes` more changes every further one fails, as if the process had been killed;
    // survive() brings a new process up on what is on disk, with another process number.
    void die_after(int changes) { lives_ = changes; }
    void survive();
    bool is_dead() const { return lives_ == 0; }
    void reboot(); // survive() with a new boot id

    Result<std::string> read(const Path& file) const override;
    Result<std::vector<std::string>> list(const Path& directory) const override;
    Result<FileStatus> status(const Path& file) const override;
    Result<Output> query(const Command& command, const CommandOptions& options) const override;
    Result<Clock> now() const override;
    Result<> write(const Path& file, std::string_view contents, const FileMode& mode) override;
    Result<> link(const Path& file, const Path& target) override;
    Result<> remove(const Path& file) override;
    Result<Output> run(const Command& command, const Command& undo,
                       const CommandOptions& options) override;
    Result<HostLock> lock(const Path& file, std::string_view holder,
                          std::chrono::milliseconds patience) override;
    using Host::query;
    using Host::run;
    using Host::write;

    // Everything but what harden keeps for itself under /var/lib/harden, and /proc.
    Files files() const;
    std::vector<Command> ran;      // by run()
    std::vector<std::string> made; // "write /etc/x", "remove /etc/x", "run systemctl reload x"
    std::string lock_holder;       // not empty: lock() is refused with these words
    std::chrono::seconds clock{1'700'000'000}; // since the epoch; since boot as well

private:
    Result<> may_look(const Path& file) const;
    Result<> change(std::string what);

    std::set<Path> denied_;
    Files files_;
    std::map<Command, Output> answers_;
    std::map<Command, Effect> effects_;
    std::map<std::string, Program> programs_;
    int lives_ = -1; // changes left; below zero: immortal
    int process_ = 100;
    int boot_ = 1;
};

}
