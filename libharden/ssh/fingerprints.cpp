#include "ssh/fingerprints.h"

namespace harden {

// A comment of the key's owner would stand in the answer; ours is none.
static std::string keys_alone(const std::vector<AuthorizedKey>& keys)
{
    std::string text;
    for (const auto& key : keys)
        text += cat(key.type, " ", key.blob, "\n");
    return text;
}

Result<std::vector<KeyPrint>> key_prints(const Host& host, const std::vector<AuthorizedKey>& keys)
{
    std::vector<KeyPrint> prints;
    if (keys.empty())
        return prints;
    const Command ask{"ssh-keygen", "-l", "-E", "sha256", "-f", "-"};
    const auto answer = TRY(succeeded(host.query(ask, {.input = keys_alone(keys)}), ask));
    for (const auto line : lines(answer.out)) {
        const auto words = split(trim(line), ' ');
        const auto bits = to_number(words.front());
        if (words.size() > 1 && bits && words[1].starts_with("SHA256:"))
            prints.push_back({std::string{words[1]}, static_cast<int>(*bits)});
    }
    if (prints.size() != keys.size())
        return Error{ErrorKind::Malformed,
                     cat("ssh-keygen told ", std::to_string(prints.size()), " fingerprints of ",
                         std::to_string(keys.size()), " keys"),
                     {}};
    return prints;
}

}
