#include "checks/ssh_facts.h"

#include <algorithm>

namespace harden {

static constexpr auto stranger6 = "2001:db8::1";
// Questions cost sshd a start each: so many users are asked for, the first ones of the list.
static constexpr std::size_t most_users = 16;

static bool is_shell(std::string_view program)
{
    return !program.empty() && !program.ends_with("/nologin") && !program.ends_with("/false") &&
           !program.ends_with("/sync");
}

std::vector<std::string> login_users(std::string_view passwd)
{
    std::vector<std::string> users;
    for (const auto line : lines(passwd)) {
        const auto fields = split(line, ':');
        if (fields.size() >= 7 && fields[2] != "0" && is_shell(trim(fields[6])))
            users.emplace_back(fields[0]);
    }
    return users;
}

// The first pattern that is not an exception, with its wildcards filled in.
static std::string example_of(std::string_view patterns)
{
    for (const auto pattern : split(patterns, ',')) {
        if (pattern.empty() || pattern.starts_with('!'))
            continue;
        std::string example{pattern.substr(0, pattern.find('/'))}; // of a CIDR the network itself
        std::erase(example, '*');
        std::ranges::replace(example, '?', 'x');
        return example.empty() ? "x" : example;
    }
    return "x";
}

static std::string member_of(std::string_view group, std::string_view groups)
{
    for (const auto line : lines(groups)) {
        const auto fields = split(line, ':');
        if (fields.size() >= 4 && fields[0] == group && !fields[3].empty())
            return std::string{split(fields[3], ',').front()};
    }
    return std::string{group}; // a user's own group bears the user's name
}

SshConnection matching_connection(const SshdDirective& match, std::string_view groups)
{
    SshConnection connection;
    for (std::size_t i = 0; i + 1 < match.arguments.size(); i += 2) {
        auto criterion = match.arguments[i];
        std::ranges::transform(criterion, criterion.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto example = example_of(match.arguments[i + 1]);
        if (criterion == "user")
            connection.user = example;
        else if (criterion == "group")
            connection.user = member_of(example, groups);
        else if (criterion == "host")
            connection.host = example;
        else if (criterion == "address")
            connection.address = example;
        else if (criterion == "localaddress")
            connection.local_address = example;
        else if (criterion == "localport")
            connection.local_port = example;
        else if (criterion == "rdomain")
            connection.routing_domain = example;
    }
    return connection;
}

static Result<std::vector<SshConnection>> connections(const Host& host)
{
    std::vector<SshConnection> all{SshConnection{}};
    const auto groups = TRY(host.read("/etc/group"));
    for (const auto& directive : TRY(read_sshd_config(host)))
        if (directive.name == "match")
            all.push_back(matching_connection(directive, groups));
    if (all.size() == 1)
        return all; // nothing distinguishes one connection from another
    all.push_back({.address = stranger6});
    auto users = login_users(TRY(host.read("/etc/passwd")));
    users.resize(std::min(users.size(), most_users));
    for (auto& user : users)
        all.push_back({.user = std::move(user)});
    return all;
}

Result<std::vector<SshAnswer>> sshd_answers(const Facts& facts)
{
    std::vector<SshAnswer> answers;
    for (auto& connection : TRY(connections(facts.host()))) {
        auto settings = TRY(effective_sshd_settings(facts.host(), connection));
        answers.push_back({std::move(connection), std::move(settings)});
    }
    return answers;
}

}
