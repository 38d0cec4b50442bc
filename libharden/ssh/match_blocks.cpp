#include "ssh/match_blocks.h"

#include "ssh/accounts.h"
#include "ssh/patterns.h"

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

// Host number `number` of a network; a pattern like "10.0.*" is filled up to four numbers.
static std::string address_in(std::string_view pattern, int number)
{
    const auto last = std::to_string(number);
    const auto network = split(pattern, '/').front();
    auto address = without_wildcards(network);
    if (network.size() == pattern.size()) {
        if (pattern == "*")
            return cat("198.51.100.", last);
        const bool dotted = pattern.find_first_not_of("0123456789.*?") == std::string_view::npos;
        while (dotted && std::ranges::count(address, '.') < 3)
            address += cat(".", last);
        return address;
    }
    if (address.ends_with("::"))
        return address + last;
    if (address.ends_with(".0"))
        return address.substr(0, address.size() - 1) + last;
    return address;
}

// Where the list has exceptions, another host of the network may escape them.
std::string example_address(std::string_view patterns)
{
    for (const auto pattern : split(patterns, ',')) {
        const auto trimmed = trim(pattern);
        if (trimmed.empty() || trimmed.starts_with('!'))
            continue;
        for (const int number : {1, 2, 3, 7, 77, 177, 254}) {
            auto address = address_in(trimmed, number);
            if (matches_addresses(address, patterns))
                return address;
        }
    }
    return {};
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
        auto example = is_address ? example_address(patterns) : without_wildcards(trimmed);
        if (is_address ? matches_addresses(example, patterns) : matches_list(example, patterns))
            return example;
    }
    return {};
}

static std::string lower_letters(std::string_view text)
{
    std::string result{text};
    for (auto& letter : result)
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    return result;
}

namespace {

struct Criterion {
    std::string name; // in lower case
    std::string patterns;
};

// Looked up once, and only where a block asks for people.
struct People {
    std::vector<Account> accounts;
    std::vector<Group> groups;
};

}

static std::vector<Criterion> criteria_in(const std::vector<std::string>& words)
{
    std::vector<Criterion> criteria;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        const auto name = lower_letters(words[i].substr(0, equals));
        if (equals != std::string::npos)
            criteria.push_back({name, words[i].substr(equals + 1)});
        else if (name == "all" || name == "invalid-user")
            criteria.push_back({name, {}});
        else if (i + 1 < words.size())
            criteria.push_back({name, words[++i]});
    }
    return criteria;
}

static bool belongs_to(const Account& account, const std::vector<Group>& groups,
                       std::string_view patterns)
{
    return std::ranges::any_of(groups, [&](const Group& group) {
        return is_member(account, group) && matches_list(group.name, patterns);
    });
}

static bool can_be(const Account& account, const People& people,
                   const std::vector<Criterion>& criteria)
{
    return std::ranges::all_of(criteria, [&](const Criterion& criterion) {
        if (criterion.name == "user")
            return matches_list(account.name, criterion.patterns);
        return criterion.name != "group" || belongs_to(account, people.groups, criterion.patterns);
    });
}

// An account that is there, else a name that only a block for users takes.
static std::optional<std::string> user_under(const People& people,
                                             const std::vector<Criterion>& criteria)
{
    for (const auto& account : people.accounts)
        if (can_be(account, people, criteria))
            return account.name;
    std::string name;
    for (const auto& criterion : criteria) {
        if (criterion.name == "group")
            return {};
        if (criterion.name == "user" && name.empty())
            name = example_of(criterion.patterns);
    }
    for (const auto& criterion : criteria)
        if (criterion.name == "user" && !matches_list(name, criterion.patterns))
            return {};
    return name;
}

static std::string* field_of(SshConnection& connection, const std::string& criterion)
{
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

static std::optional<SshConnection> connection_under(const People& people,
                                                     const std::vector<Criterion>& criteria)
{
    SshConnection connection;
    bool asks_for_people = false;
    for (const auto& criterion : criteria) {
        asks_for_people |= criterion.name == "user" || criterion.name == "group";
        connection.invalid_user |= criterion.name == "invalid-user";
        auto* field = field_of(connection, criterion.name);
        if (field == nullptr)
            continue;
        const bool is_address = criterion.name.ends_with("address");
        *field = is_address ? example_address(criterion.patterns) : example_of(criterion.patterns);
        if (!can_be_asked(*field))
            return {};
    }
    if (!asks_for_people)
        return connection;
    const auto user = user_under(people, criteria);
    if (!user || !can_be_asked(*user))
        return {};
    connection.user = *user;
    return connection;
}

Result<std::vector<MatchBlock>> match_blocks(const Host& host,
                                             const std::vector<SshdDirective>& configuration)
{
    std::vector<MatchBlock> blocks;
    std::optional<People> people;
    for (const auto& directive : configuration) {
        if (directive.name != "match")
            continue;
        if (!people)
            people = People{TRY(all_accounts(host)), TRY(all_groups(host))};
        auto words = directive.enclosing;
        words.insert(words.end(), directive.arguments.begin(), directive.arguments.end());
        if (const auto connection = connection_under(*people, criteria_in(words)))
            blocks.push_back({position_of(directive), join(directive.arguments, " "), *connection});
    }
    return blocks;
}

}
