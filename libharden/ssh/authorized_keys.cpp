#include "ssh/authorized_keys.h"

#include "ssh/patterns.h"

#include <algorithm>
#include <array>
#include <optional>

namespace harden {

static constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static std::optional<std::string> from_base64(std::string_view text)
{
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string bytes;
    unsigned pending = 0;
    int bits = 0;
    for (const auto letter : text) {
        const auto value = alphabet.find(letter);
        if (value == std::string_view::npos)
            return {};
        pending = (pending << 6U | static_cast<unsigned>(value)) & 0xffffU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(pending >> static_cast<unsigned>(bits) & 0xffU);
        }
    }
    return bytes;
}

// The next of the length-prefixed strings that a public key is made of.
static std::optional<std::string_view> take_string(std::string_view& blob)
{
    if (blob.size() < 4)
        return {};
    std::size_t length = 0;
    for (const auto byte : blob.substr(0, 4))
        length = length << 8U | static_cast<unsigned char>(byte);
    if (length > blob.size() - 4)
        return {};
    const auto taken = blob.substr(4, length);
    blob.remove_prefix(4 + length);
    return taken;
}

static int bits_of(std::string_view number)
{
    while (!number.empty() && number.front() == '\0')
        number.remove_prefix(1);
    if (number.empty())
        return 0;
    int bits = static_cast<int>(number.size() - 1) * 8;
    for (unsigned first = static_cast<unsigned char>(number.front()); first != 0; first >>= 1U)
        ++bits;
    return bits;
}

// Reads up to a blank outside quotes; inside, \" is a quote.
static std::string_view take_word(std::string_view& text)
{
    std::size_t end = 0;
    bool quoted = false;
    for (; end < text.size(); ++end) {
        if (quoted && text[end] == '\\' && end + 1 < text.size() && text[end + 1] == '"')
            ++end;
        else if (text[end] == '"')
            quoted = !quoted;
        else if (!quoted && (text[end] == ' ' || text[end] == '\t'))
            break;
    }
    const auto word = text.substr(0, end);
    text = trim(text.substr(end));
    return word;
}

static std::vector<std::string> options_in(std::string_view text)
{
    std::vector<std::string> options(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"')
            options.back() += text[i++];
        else if (text[i] == '"')
            quoted = !quoted;
        if (!quoted && text[i] == ',')
            options.emplace_back();
        else
            options.back() += text[i];
    }
    return options;
}

// "TYPE BASE64 COMMENT"; the type must be the one that the bytes name.
static std::optional<AuthorizedKey> key_in(std::string_view text)
{
    const auto type = take_word(text);
    const auto letters = take_word(text);
    const auto blob = from_base64(letters);
    if (!blob)
        return {};
    std::string_view rest{*blob};
    const auto named = take_string(rest);
    if (type.empty() || !named || *named != type)
        return {};
    const auto first = take_string(rest); // the key itself, or an RSA key's exponent
    if (!first || first->empty())
        return {};
    AuthorizedKey key{
        .type = std::string{type}, .comment = std::string{text}, .blob = std::string{letters}};
    if (type == "ssh-rsa") {
        const auto modulus = take_string(rest);
        if (!modulus)
            return {};
        key.bits = bits_of(*modulus);
    }
    return key;
}

std::vector<AuthorizedKey> parse_authorized_keys(std::string_view text)
{
    std::vector<AuthorizedKey> keys;
    int number = 0;
    for (const auto line : lines(text)) {
        ++number;
        auto rest = trim(line);
        if (rest.empty() || rest.starts_with('#'))
            continue;
        auto key = key_in(rest);
        if (!key) {
            const auto options = take_word(rest);
            key = key_in(rest);
            if (!key)
                continue;
            key->options = options_in(options);
        }
        key->line = number;
        keys.push_back(std::move(*key));
    }
    return keys;
}

static std::string_view name_of_option(std::string_view option)
{
    return option.substr(0, option.find('='));
}

static bool is_same_name(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return (x | 32) == (y | 32); });
}

bool has_option(const AuthorizedKey& key, std::string_view name)
{
    return std::ranges::any_of(key.options, [&](const std::string& option) {
        return is_same_name(name_of_option(option), name);
    });
}

std::optional<std::string> option_value(const AuthorizedKey& key, std::string_view name)
{
    for (const auto& option : key.options) {
        if (!is_same_name(name_of_option(option), name) || option.size() <= name.size())
            continue;
        auto value = trim(std::string_view{option}.substr(name.size() + 1));
        if (value.size() > 1 && value.starts_with('"') && value.ends_with('"'))
            value = value.substr(1, value.size() - 2);
        return std::string{value};
    }
    return {};
}

// A line with an option that sshd does not know is no key to it.
static std::string unknown_option(const AuthorizedKey& key)
{
    constexpr std::array known{"agent-forwarding",
                               "cert-authority",
                               "command",
                               "environment",
                               "expiry-time",
                               "from",
                               "no-agent-forwarding",
                               "no-port-forwarding",
                               "no-pty",
                               "no-touch-required",
                               "no-user-rc",
                               "no-x11-forwarding",
                               "permitlisten",
                               "permitopen",
                               "port-forwarding",
                               "principals",
                               "pty",
                               "restrict",
                               "tunnel",
                               "user-rc",
                               "verify-required",
                               "x11-forwarding"};
    for (const auto& option : key.options)
        if (std::ranges::none_of(known, [&](std::string_view name) {
                return is_same_name(name_of_option(option), name);
            }))
            return option;
    return {};
}

bool is_expired(const AuthorizedKey& key, const KeyClock& now)
{
    auto until = option_value(key, "expiry-time").value_or("");
    const bool is_utc = until.ends_with('Z');
    std::erase_if(until, [](char letter) { return letter < '0' || letter > '9'; });
    return !until.empty() && until.append(14, '0').substr(0, 14) <= (is_utc ? now.utc : now.local);
}

// sshd lists signature algorithms: an ssh-rsa key signs with rsa-sha2-256 or rsa-sha2-512.
bool is_accepted(std::string_view key_type, const SshdSettings& settings)
{
    auto accepted = settings.get("pubkeyacceptedalgorithms");
    if (!accepted)
        accepted = settings.get("pubkeyacceptedkeytypes"); // its name before OpenSSH 8.5
    if (!accepted)
        return true;
    return std::ranges::any_of(split(*accepted, ','), [&](std::string_view pattern) {
        const auto signs = [&](std::string_view algorithm) {
            return matches_pattern(algorithm, pattern);
        };
        return signs(key_type) ||
               (key_type == "ssh-rsa" && (signs("rsa-sha2-256") || signs("rsa-sha2-512")));
    });
}

std::string why_unusable(const AuthorizedKey& key, const SshdSettings& settings,
                         const KeyClock& now, const SshConnection* connection)
{
    if (has_option(key, "cert-authority"))
        return "is an authority's, for certificates";
    if (const auto option = unknown_option(key); !option.empty())
        return cat("has an option that sshd does not know: ", escaped(option, 60));
    if (has_option(key, "command"))
        return "runs a fixed command instead of a shell";
    if (is_expired(key, now))
        return "has expired";
    const auto from = option_value(key, "from");
    if (from && connection != nullptr &&
        !matches_origin(connection->host, connection->address, *from))
        return cat("is for logins from ", escaped(*from), " only, not from ", connection->address);
    if (!is_accepted(key.type, settings))
        return cat(key.type, " keys are not accepted (PubkeyAcceptedAlgorithms)");
    const auto least = settings.get("requiredrsasize");
    if (key.bits > 0 && least && key.bits < to_number(*least).value_or(0))
        return cat("is an RSA key of ", std::to_string(key.bits), " bits, below RequiredRSASize ",
                   *least);
    return {};
}

}
