#include "node/bounded_host.h"

#include <algorithm>

namespace harden {

using std::chrono::milliseconds;

Result<std::string> BoundedHost::read(const Path& file) const
{
    return real_.read(file);
}

Result<std::vector<std::string>> BoundedHost::list(const Path& directory) const
{
    return real_.list(directory);
}

Result<FileStatus> BoundedHost::status(const Path& file) const
{
    return real_.status(file);
}

Result<CommandOptions> BoundedHost::bounded(const Command& command, CommandOptions options) const
{
    const std::lock_guard held{mutex_};
    if (const auto why = given_up_.find(command.front()); why != given_up_.end())
        return why->second;
    const auto left = std::chrono::ceil<milliseconds>(end_ - std::chrono::steady_clock::now());
    if (left <= milliseconds{0})
        return Error{ErrorKind::TimedOut,
                     cat(command.front(), ": not asked, the time for all questions is over"),
                     {}};
    if (options.timeout == CommandOptions{}.timeout)
        options.timeout = question_;
    options.timeout = std::min(options.timeout, left);
    return options;
}

Result<Output> BoundedHost::query(const Command& command, const CommandOptions& options) const
{
    const auto limits = TRY(bounded(command, options));
    auto answer = real_.query(command, limits);
    if (!answer && answer.error().kind == ErrorKind::TimedOut) {
        const std::lock_guard held{mutex_};
        given_up_.emplace(command.front(), answer.error());
    }
    return answer;
}

Result<Clock> BoundedHost::now() const
{
    return real_.now();
}

Result<> BoundedHost::write(const Path& file, std::string_view contents, const FileMode& mode)
{
    return real_.write(file, contents, mode);
}

Result<> BoundedHost::link(const Path& file, const Path& target)
{
    return real_.link(file, target);
}

Result<> BoundedHost::remove(const Path& file)
{
    return real_.remove(file);
}

Result<Output> BoundedHost::run(const Command& command, const Command& undo,
                                const CommandOptions& options)
{
    return real_.run(command, undo, TRY(bounded(command, options)));
}

Result<HostLock> BoundedHost::lock(const Path& file, std::string_view holder, milliseconds patience)
{
    return real_.lock(file, holder, patience);
}

}
