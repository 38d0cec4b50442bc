#include "node/host.h"

namespace harden {

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
