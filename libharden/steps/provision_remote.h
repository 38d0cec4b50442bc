#pragma once

#include "node/remote.h"

#include <functional>

namespace harden {

inline constexpr auto setup_directory = "/var/lib/harden/setup"; // on the node
inline constexpr auto verbs_directory = "/usr/libexec/harden";   // on the node

// A file of that name among what setup keeps on the node.
inline std::string in_setup(std::string_view name)
{
    return cat(setup_directory, "/", name);
}

// Copies a file and compares its hash there; what is at `to` has arrived whole.
Result<> upload_checked(Remote& remote, const Path& file, std::string_view sha256, const Path& to);

// A small file on the node, replaced whole: written beside and renamed.
Result<> write_record(Remote& remote, const Path& file, std::string_view text);

// Gives a file its final name, whatever had it before; done twice it is done once.
Result<> put_in_place(Remote& remote, const Path& beside, const Path& file);

// A command that has to succeed; else an Error that quotes it.
Result<> must(Remote& remote, const Command& command, const CommandOptions& options = {});

// The same machine asked again, a bounded number of times with growing pauses, after each loss of
// the connection. Everything that setup does there may be done twice.
class PatientRemote final : public Remote {
public:
    using Pause = std::function<void(std::chrono::milliseconds)>;
    PatientRemote(Remote& remote, Pause pause, std::function<void(std::string_view)> tell)
        : remote_{remote}
        , pause_{std::move(pause)}
        , tell_{std::move(tell)}
    {
    }

    Result<Output> execute(const Command& command, const CommandOptions& options) override;
    Result<Output> execute_anew(const Command& command) override;
    Result<Output> execute_through(const Command& server, const Command& command) override;
    Result<> upload(const Path& file, const Path& to) override;
    Result<> lock(const Path& file, std::string_view owner) override;
    Result<> reconnect() override;
    using Remote::execute;

private:
    template<class Ask>
    auto patiently(Ask ask) -> decltype(ask());

    Remote& remote_;
    Pause pause_;
    std::function<void(std::string_view)> tell_;
};

}
