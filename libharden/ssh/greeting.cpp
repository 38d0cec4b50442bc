#include "ssh/greeting.h"

#include "base/ssh_refusal.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace harden {

// RFC 4253: lines of at most 255 bytes, then packets: length, padding's length, payload, padding.
static constexpr std::size_t longest_line = 255;
static constexpr std::size_t most_lines = 50; // before the one that counts
static constexpr std::uint32_t longest_packet = 35'000;
static constexpr char kexinit = 20;
static constexpr std::size_t cookie_size = 16;
static constexpr std::string_view prefix = "SSH-";

namespace {

struct Identified {
    std::string_view line;
    std::string_view rest;
};

// Bytes in network order from the front of what is left.
class Reader {
public:
    explicit Reader(std::string_view bytes)
        : left_{bytes}
    {
    }
    std::optional<std::string_view> take(std::size_t count)
    {
        if (left_.size() < count)
            return std::nullopt;
        const auto taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }
    std::optional<std::uint32_t> number()
    {
        const auto bytes = take(4);
        if (!bytes)
            return std::nullopt;
        std::uint32_t value = 0;
        for (const auto byte : *bytes)
            value = value << 8U | static_cast<unsigned char>(byte);
        return value;
    }

private:
    std::string_view left_;
};

std::optional<Identified> identified(std::string_view said)
{
    for (std::size_t count = 0; count < most_lines; ++count) {
        const auto end = said.find('\n');
        if (end == std::string_view::npos || end > longest_line)
            return std::nullopt;
        const auto line = trim(said.substr(0, end));
        said.remove_prefix(end + 1);
        if (line.starts_with(prefix))
            return Identified{line, said};
    }
    return std::nullopt;
}

// The first packet without its padding; none while it is not whole.
std::optional<std::string_view> payload(std::string_view bytes)
{
    Reader reader{bytes};
    const auto length = reader.number();
    if (!length || *length > longest_packet)
        return std::nullopt;
    const auto packet = reader.take(*length);
    if (!packet || packet->empty())
        return std::nullopt;
    const auto padding = static_cast<unsigned char>(packet->front());
    if (packet->size() < 1U + padding)
        return std::nullopt;
    return packet->substr(1, packet->size() - 1 - padding);
}

Error malformed(std::string_view what)
{
    return {ErrorKind::Malformed, cat("an SSH server's greeting ", what), {}};
}

Result<> add_names(Reader& reader, std::vector<std::string>* into)
{
    const auto length = reader.number();
    const auto text = length ? reader.take(*length) : std::nullopt;
    if (!text)
        return malformed("is cut short");
    if (into == nullptr || text->empty())
        return done;
    for (const auto name : split(*text, ','))
        if (std::ranges::find(*into, name) == into->end())
            into->emplace_back(name);
    return done;
}

}

bool is_whole_greeting(std::string_view said)
{
    const auto found = identified(said);
    return found && payload(found->rest).has_value();
}

Result<SshGreeting> parse_ssh_greeting(std::string_view said)
{
    if (said.starts_with(ssh_turned_away))
        return Error{ErrorKind::Denied, "the SSH server turns this address away for a while",
                     std::string{ssh_turned_away_hint}};
    const auto found = identified(said);
    if (!found)
        return malformed("has no line that begins with SSH-");
    const auto packet = payload(found->rest);
    if (!packet || packet->empty() || packet->front() != kexinit)
        return malformed("tells no algorithms");
    SshGreeting greeting{.identification = std::string{found->line}};
    Reader reader{packet->substr(1)};
    reader.take(cookie_size);
    auto* const host_keys = static_cast<std::vector<std::string>*>(nullptr);
    for (auto* list : {&greeting.key_exchanges, host_keys, &greeting.ciphers, &greeting.ciphers,
                       &greeting.macs, &greeting.macs})
        TRY(add_names(reader, list));
    if (greeting.key_exchanges.empty() || greeting.ciphers.empty())
        return malformed("tells no algorithms");
    return greeting;
}

bool is_marker(std::string_view key_exchange)
{
    return key_exchange.starts_with("kex-strict-") || key_exchange.starts_with("ext-info-");
}

}
