#include "ssh/match_blocks.h"

#include <algorithm>
#include <optional>

namespace harden {

static std::string without_wildcards(std::string_view pattern)
{
    std::string text{pattern};
    std::ranges::replace(text, '*', '1');
    std::ranges::replace(text, '?', '1');
    return text;
}

// The first host of a network; a pattern like "10.0.*" is filled up to four numbers.
static std::string address_in(std::string_view pattern)
{
    const auto network = split(pattern, '/').front();
    auto address = without_wildcards(network);
    if (network.size() == pattern.size()) {
        const bool dotted = pattern.find_first_not_of("0123456789.*?") == std::string_view::npos;
        while (dotted && std::ranges::count(address, '.') < 3)
            address += ".1";
        return address;
    }
    if (address.ends_with(".0") || address.ends_with("::"))
        address =
            address.ends_with("::") ? address + "1" : address.substr(0, address.size() - 1) + "1";
    return address;
}

std::string example_of(std::string_view patterns)
{
    for (const auto pattern : split(patterns, ',')) {
        const auto trimmed = trim(pattern);
        if (trimmed.empty() || trimmed.starts_with('!'))
            continue;
        const bool is_address =
            trimmed.find_first_not_of("0123456789abcdefABCDEF.:/*?") == std::string_view::npos &&
            trimmed.find_first_of(".:/") != std::string_view::npos;
        return is_address ? address_in(trimmed) : without_wildcards(trimmed);
    }
    return {};
}

// Of "name:x:27:ann,bob"; a group may also be somebody's primary one.
static Result<std::optional<std::string>> member_of(const Host& host, const std::string& group)
{
    const auto entry = TRY(host.query({"getent", "group", group}));
    const auto fields = split(trim(entry.out), ':');
    if (entry.status != 0 || fields.size() < 4)
        return std::optional<std::string>{};
    if (!fields[3].empty())
        return std::optional<std::string>{split(fields[3], ',').front()};
    const auto accounts = TRY(host.query({"getent", "passwd"}));
    for (const auto line : lines(accounts.out)) {
        const auto account = split(line, ':');
        if (account.size() > 3 && account[3] == fields[2])
            return std::optional<std::string>{account[0]};
    }
    return std::optional<std::string>{};
}

static std::string* field_of(SshConnection& connection, const std::string& criterion)
{
    if (criterion == "user")
        return &connection.user;
    if (criterion == "host")
        return &connection.host;
    if (criterion == "address")
        return &connection.address;
    if (criterion == "localaddress")
        return &connection.local_address;
    if (criterion == "localport")
        return &connection.local_port;
    return criterion == "rdomain" ? &connection.routing_domain : nullptr;
}

// What `sshd -C` takes is itself a list with commas.
static bool can_be_asked(std::string_view value)
{
    return !value.empty() && value.find_first_of(",= \t\n") == std::string_view::npos;
}

static std::string lower_letters(std::string_view text)
{
    std::string result{text};
    for (auto& letter : result)
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    return result;
}

static Result<std::optional<SshConnection>> connection_under(const Host& host,
                                                             const SshdDirective& match)
{
    SshConnection connection;
    const auto& words = match.arguments;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        const auto criterion = lower_letters(words[i]);
        auto value = example_of(words[i + 1]);
        if (criterion == "group") {
            const auto member = TRY(member_of(host, value));
            if (!member)
                return std::optional<SshConnection>{};
            connection.user = *member;
        } else if (auto* field = field_of(connection, criterion); field && can_be_asked(value)) {
            *field = std::move(value);
        }
    }
    return std::optional<SshConnection>{connection};
}

Result<std::vector<MatchBlock>> match_blocks(const Host& host,
                                             const std::vector<SshdDirective>& configuration)
{
    std::vector<MatchBlock> blocks;
    for (const auto& directive : configuration) {
        if (directive.name != "match")
            continue;
        if (const auto connection = TRY(connection_under(host, directive)))
            blocks.push_back({position_of(directive), join(directive.arguments, " "), *connection});
    }
    return blocks;
}

}
