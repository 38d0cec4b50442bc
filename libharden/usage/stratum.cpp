#include "usage/stratum.h"

#include "base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace harden {

using Json = nlohmann::json;
using Kind = StratumMessage::Kind;
using Message = std::optional<StratumMessage>;
using Moment = std::chrono::system_clock::time_point;

static bool is_hex_digit(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

static std::string_view text_of(const Json& value)
{
    return value.is_string() ? std::string_view{value.get_ref<const std::string&>()}
                             : std::string_view{};
}

static const Json& member(const Json& object, const char* name)
{
    static const Json none;
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found == object.end() ? none : *found;
}

// The digits of a hexadecimal value, with or without 0x; empty where it is none.
static std::string_view digits_of(const Json& value)
{
    auto text = text_of(value);
    if (text.starts_with("0x"))
        text.remove_prefix(2);
    return std::all_of(text.begin(), text.end(), is_hex_digit) ? text : std::string_view{};
}

static bool is_hex(const Json& value, std::size_t least, std::size_t most)
{
    const auto digits = digits_of(value);
    return digits.size() >= least && digits.size() <= most;
}

static bool is_word(const Json& value)
{
    constexpr std::size_t longest = 256;
    const auto text = text_of(value);
    return !text.empty() && text.size() <= longest;
}

// A block's time is that of its making: hours, not days, apart from this host's clock.
static bool is_about(std::uint64_t seconds, Moment now)
{
    constexpr std::int64_t day = 86'400;
    const auto here =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return seconds < (std::uint64_t{1} << 40U) &&
           std::abs(static_cast<std::int64_t>(seconds) - here) < day;
}

static std::uint64_t number_of(std::string_view digits)
{
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

static std::uint64_t turned(std::uint64_t four_bytes)
{
    return __builtin_bswap32(static_cast<std::uint32_t>(four_bytes));
}

// Eight digits in either order of bytes, or milliseconds.
static bool is_time(const Json& value, Moment now)
{
    constexpr std::uint64_t a_second = 1000;
    if (value.is_number_unsigned())
        return is_about(value.get<std::uint64_t>() / a_second, now);
    if (!is_hex(value, 8, 8))
        return false;
    const auto number = number_of(digits_of(value));
    return is_about(number, now) || is_about(turned(number), now);
}

static bool holds_time(const Json& values, Moment now)
{
    return std::any_of(values.begin(), values.end(),
                       [now](const Json& value) { return is_time(value, now); });
}

// The head of a block as CryptoNote's coins have it: two versions and the time, seven bits a byte.
static bool is_fresh_blob(std::string_view digits, Moment now)
{
    std::array<std::uint64_t, 3> fields{};
    std::size_t at = 0;
    for (auto& field : fields)
        for (unsigned shift = 0, more = 1; more != 0; shift += 7, at += 2) {
            if (at + 2 > digits.size() || shift > 35)
                return false;
            const auto byte = number_of(digits.substr(at, 2));
            field |= (byte & 0x7FU) << shift;
            more = static_cast<unsigned>(byte & 0x80U);
        }
    return is_about(fields[2], now);
}

static Message cryptonote_job(const Json& job, Moment now)
{
    constexpr std::size_t least = 76;
    constexpr std::size_t most = 2048;
    const auto& blob = member(job, "blob");
    const auto& name = member(job, "job_id");
    if (!is_hex(blob, least, most) || !is_word(name) || !is_hex(member(job, "target"), 4, 64))
        return std::nullopt;
    return StratumMessage{Kind::Job, std::string{text_of(name)},
                          is_fresh_blob(digits_of(blob), now)};
}

static Message cryptonote_share(const Json& params)
{
    const auto& name = member(params, "job_id");
    if (!is_word(member(params, "id")) || !is_word(name) ||
        !is_hex(member(params, "nonce"), 8, 16) || !is_hex(member(params, "result"), 64, 64))
        return std::nullopt;
    return StratumMessage{Kind::Share, std::string{text_of(name)}};
}

static Message cryptonote_login(const Json& params)
{
    const bool says_what = is_word(member(params, "agent")) || member(params, "algo").is_array();
    if (!is_word(member(params, "login")) || !member(params, "pass").is_string() || !says_what)
        return std::nullopt;
    return StratumMessage{Kind::Greeting};
}

static Message notification(const Json& params, Moment now)
{
    constexpr std::size_t hash = 64; // digits
    constexpr std::size_t most = longest_stratum_message;
    const auto is_long = [](const Json& value) { return is_hex(value, hash, most); };
    if (params.size() < 3 || !is_word(params[0]) ||
        std::none_of(params.begin() + 1, params.end(), is_long))
        return std::nullopt;
    return StratumMessage{Kind::Job, std::string{text_of(params[0])}, holds_time(params, now)};
}

// Who, which job, and then numbers.
static Message share(const Json& params, Moment now)
{
    const auto is_number = [](const Json& value) {
        return is_hex(value, 2, longest_stratum_message);
    };
    if (params.size() < 3 || !is_word(params[0]) || !is_word(params[1]) ||
        !std::all_of(params.begin() + 2, params.end(), is_number))
        return std::nullopt;
    return StratumMessage{Kind::Share, std::string{text_of(params[1])}, holds_time(params, now)};
}

static Message ethereum_share(const Json& params)
{
    if (params.size() != 3 || !is_hex(params[0], 16, 16) || !is_hex(params[1], 64, 64) ||
        !is_hex(params[2], 64, 64))
        return std::nullopt;
    return StratumMessage{Kind::Share, std::string{text_of(params[1])}};
}

static Message in_list(std::string_view method, const Json& params, Moment now)
{
    if (method == "mining.notify")
        return notification(params, now);
    if (method == "mining.submit")
        return share(params, now);
    if (method == "eth_submitWork")
        return ethereum_share(params);
    const bool greets =
        method == "mining.subscribe" || method == "mining.authorize" || method == "eth_submitLogin";
    return greets ? Message{StratumMessage{Kind::Greeting}} : std::nullopt;
}

static Message in_object(std::string_view method, const Json& params, Moment now)
{
    if (method == "job")
        return cryptonote_job(params, now);
    if (method == "submit")
        return cryptonote_share(params);
    return method == "login" ? cryptonote_login(params) : std::nullopt;
}

Message parse_stratum(std::string_view object, Moment now)
{
    if (object.size() > longest_stratum_message)
        return std::nullopt;
    const auto message = Json::parse(object, nullptr, false);
    if (!message.is_object())
        return std::nullopt;
    const auto method = text_of(member(message, "method"));
    const auto& params = member(message, "params");
    if (params.is_array())
        return in_list(method, params, now);
    if (params.is_object())
        return in_object(method, params, now);
    return cryptonote_job(member(member(message, "result"), "job"), now);
}

void StratumTalk::add(const StratumMessage& message)
{
    constexpr std::size_t enough = 4;
    is_fresh_ = is_fresh_ || message.is_fresh;
    has_share_ = has_share_ || message.kind == Kind::Share;
    if (!message.job.empty() && jobs_.size() < enough)
        jobs_.insert(message.job);
}

}
