#include "system/digest.h"

#include <array>
#include <cassert>
#include <openssl/evp.h>

namespace harden {

static std::string hexadecimal(std::string_view bytes, const EVP_MD* algorithm)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const int is_made =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr);
    assert(is_made == 1 && "libcrypto always has SHA-2");
    (void)is_made;
    constexpr std::string_view symbols = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += symbols[digest[i] >> 4U];
        text += symbols[digest[i] & 0xFU];
    }
    return text;
}

std::string sha256(std::string_view bytes)
{
    return hexadecimal(bytes, EVP_sha256());
}

std::string sha512(std::string_view bytes)
{
    return hexadecimal(bytes, EVP_sha512());
}

}
