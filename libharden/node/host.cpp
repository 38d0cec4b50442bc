#include "node/host.h"

namespace harden {

Result<HostLock> Host::lock(const Path&, std::string_view, std::chrono::milliseconds)
{
    return HostLock{};
}

Path name_beside(const Path& file, int process)
{
    return file.parent_path() /
           cat(".", file.filename().native(), ".harden-", std::to_string(process));
}

Result<Output> succeeded(Result<Output> output, const Command& command)
{
    if (!output || output->status == 0)
        return output;
    const auto said = trim(output->err.empty() ? output->out : output->err);
    return Error{ErrorKind::Failed,
                 cat(join(command, " "), ": exit status ", std::to_string(output->status),
                     said.empty() ? "" : ": ", escaped(said, 1000)),
                 {}};
}

}
