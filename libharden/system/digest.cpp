#include "system/digest.h"

#include <array>
#include <cassert>
#include <openssl/evp.h>

namespace harden {

std::string sha512(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const int is_made =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha512(), nullptr);
    assert(is_made == 1 && "libcrypto always has SHA-512");
    (void)is_made;
    constexpr std::string_view symbols = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += symbols[digest[i] >> 4U];
        text += symbols[digest[i] & 0xFU];
    }
    return text;
}

}
