#include "daemonjson/unit_command.h"

#include "base/text.h"

#include <map>

namespace harden {

using Environment = std::map<std::string, std::string, std::less<>>;

static std::string_view unquoted(std::string_view text)
{
    const bool is_quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                           text.back() == text.front();
    return is_quoted ? text.substr(1, text.size() - 2) : text;
}

static void add(Environment& environment, std::string_view assignment)
{
    assignment = unquoted(trim(assignment));
    const auto equals = assignment.find('=');
    if (equals != std::string_view::npos && !assignment.starts_with('#'))
        environment[std::string{trim(assignment.substr(0, equals))}] =
            unquoted(trim(assignment.substr(equals + 1)));
}

static std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> all;
    for (const auto word : split(text, ' '))
        if (!word.empty())
            all.push_back(word);
    return all;
}

// "NAME=value" and "EnvironmentFiles=/etc/default/docker (ignore_errors=yes)" of systemctl show
static Environment environment_of(const Host& host, std::string_view shown)
{
    constexpr std::string_view own = "Environment=";
    constexpr std::string_view files = "EnvironmentFiles=";
    Environment environment;
    for (const auto line : lines(shown)) {
        if (line.starts_with(own))
            for (const auto word : words(line.substr(own.size())))
                add(environment, word);
        if (!line.starts_with(files))
            continue;
        const auto path = line.substr(files.size());
        const auto text = host.read(path.substr(0, path.find(" (")));
        if (text)
            for (const auto assignment : lines(*text))
                add(environment, assignment);
    }
    return environment;
}

// As systemd does: $NAME becomes as many words as it holds, ${NAME} becomes one.
static Command expanded(std::string_view text, const Environment& environment)
{
    Command command;
    for (const auto word : words(text)) {
        if (!word.starts_with('$')) {
            command.emplace_back(word);
            continue;
        }
        const bool is_one = word.starts_with("${") && word.ends_with('}');
        const auto name = is_one ? word.substr(2, word.size() - 3) : word.substr(1);
        const auto value = environment.find(name);
        if (value == environment.end())
            continue;
        if (is_one)
            command.push_back(value->second);
        else
            for (const auto part : words(value->second))
                command.emplace_back(unquoted(part));
    }
    return command;
}

Command unit_command(const Host& host)
{
    const auto shown = host.query({"systemctl", "show", "docker.service",
                                   "--property=ExecStart,Environment,EnvironmentFiles"});
    if (!shown)
        return {};
    // ExecStart={ path=... ; argv[]=/usr/sbin/dockerd -H fd:// ; ignore_errors=no ; ... }
    constexpr std::string_view mark = "argv[]=";
    const auto begin = shown->out.find(mark);
    if (begin == std::string::npos)
        return {};
    const auto rest = std::string_view{shown->out}.substr(begin + mark.size());
    return expanded(rest.substr(0, rest.find(" ; ")), environment_of(host, shown->out));
}

}
