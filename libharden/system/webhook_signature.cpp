#include "system/webhook_signature.h"

#include "system/base64.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace harden {

static constexpr std::string_view prefix = "whsec_";
static constexpr std::size_t shortest = 24; // bytes, as the specification has it
static constexpr std::size_t longest = 64;

static Result<std::string> signed_with(std::string_view secret, std::string_view text)
{
    auto complaint = Error{ErrorKind::Malformed, "is no webhook secret",
                           "a line such as whsec_ and 24 to 64 bytes in base64: (printf whsec_; "
                           "openssl rand -base64 32)"};
    if (!secret.starts_with(prefix))
        return complaint;
    const auto key = from_base64(secret.substr(prefix.size()));
    if (key.size() < shortest || key.size() > longest)
        return complaint;
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(),
             &size) == nullptr)
        return Error{ErrorKind::Failed, "cannot be signed with", {}};
    return cat("v1,", to_base64({code.data(), size}));
}

Result<std::string> webhook_signature(std::string_view secrets, std::string_view id,
                                      std::string_view timestamp, std::string_view body)
{
    const auto text = cat(id, ".", timestamp, ".", body);
    std::vector<std::string> signatures;
    for (const auto line : lines(secrets)) {
        if (trim(line).empty())
            continue;
        auto signature = TRY(signed_with(trim(line), text));
        signatures.push_back(std::move(signature));
    }
    if (signatures.empty())
        return Error{ErrorKind::Malformed, "holds no webhook secret", {}};
    return join(signatures, " ");
}

}
