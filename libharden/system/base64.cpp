#include "system/base64.h"

#include "base/text.h"

#include <algorithm>
#include <openssl/evp.h>

namespace harden {

std::vector<unsigned char> from_base64(std::string_view base64)
{
    const auto text = trim(base64);
    std::vector<unsigned char> bytes(text.size() / 4 * 3 + 1);
    const int size =
        EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size()));
    if (size < 0 || text.empty())
        return {};
    const auto padding = text.size() - (text.find_last_not_of('=') + 1);
    bytes.resize(static_cast<std::size_t>(size) -
                 std::min(padding, static_cast<std::size_t>(size)));
    return bytes;
}

std::string to_base64(std::span<const unsigned char> bytes)
{
    std::vector<unsigned char> text((bytes.size() + 2) / 3 * 4 + 1);
    const int size = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
    return {text.begin(), text.begin() + size};
}

}
