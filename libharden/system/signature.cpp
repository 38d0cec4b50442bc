#include "system/signature.h"

#include "system/base64.h"

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <vector>

namespace harden {

using Bytes = std::vector<unsigned char>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Digesting = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

static const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

static Key key_in(const Bytes& bytes)
{
    const auto* at = bytes.data();
    Key key{d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes.size())), EVP_PKEY_free};
    if (key && EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
        key.reset();
    return key;
}

Result<> check_signature(std::string_view text, std::string_view signature,
                         std::string_view public_key)
{
    constexpr std::size_t signature_size = 64;
    const auto key = key_in(from_base64(public_key));
    if (!key)
        return Error{ErrorKind::Malformed, cat("not an Ed25519 key: ", escaped(public_key, 80)),
                     "the line between BEGIN and END of openssl pkey -pubout"};
    const auto signed_with = from_base64(signature);
    if (signed_with.size() != signature_size)
        return Error{ErrorKind::Malformed, "not an Ed25519 signature in base64", {}};
    const Digesting context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    const bool is_signed =
        context != nullptr &&
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), signed_with.data(), signed_with.size(), bytes_of(text),
                         text.size()) == 1;
    if (!is_signed)
        return Error{ErrorKind::Denied, "the signature does not match", {}};
    return done;
}

}
