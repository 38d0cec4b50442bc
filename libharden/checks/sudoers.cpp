#include "checks/sudoers.h"

#include <algorithm>
#include <cctype>

namespace harden {

namespace {

struct SudoersLine {
    std::string text;
    std::string file;
    int number = 0;
};

struct Reading {
    std::vector<SudoersLine> lines;
    int files = 0;
};

}

static constexpr int most_files = 200;
static constexpr int most_depth = 8;
static constexpr int most_nested_aliases = 8;

static Result<> read_file(const Host& host, const Path& file, int depth, Reading& reading);

// A comment begins with "#", unless it is an include, or a user's number at the line's start.
static std::string_view without_comment(std::string_view line)
{
    if (line.starts_with("#include"))
        return line;
    for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
        const bool is_number = at + 1 < line.size() &&
                               std::isdigit(static_cast<unsigned char>(line[at + 1])) != 0 &&
                               (at == 0 || line[at - 1] == ',' || line[at - 1] == ' ');
        if (!is_number)
            return line.substr(0, at);
    }
    return line;
}

// Lines that end with a backslash go on.
static std::vector<SudoersLine> logical_lines(std::string_view text, const std::string& file)
{
    std::vector<SudoersLine> found;
    int number = 0;
    bool goes_on = false;
    for (auto line : lines(text)) {
        ++number;
        const bool more = line.ends_with('\\');
        if (more)
            line.remove_suffix(1);
        line = without_comment(line);
        if (goes_on)
            found.back().text.append(line);
        else
            found.push_back({std::string{line}, file, number});
        goes_on = more;
    }
    return found;
}

static Result<> include_directory(const Host& host, const Path& directory, int depth,
                                  Reading& reading)
{
    const auto names = host.list(directory);
    if (names.is_absent())
        return done;
    for (const auto& name : TRY(names))
        if (name.find('.') == std::string::npos && !name.ends_with('~'))
            TRY(read_file(host, directory / name, depth, reading));
    return done;
}

static Result<bool> included(const Host& host, const SudoersLine& line, int depth, Reading& reading)
{
    auto text = trim(line.text);
    if (!text.starts_with("@include") && !text.starts_with("#include"))
        return false;
    text.remove_prefix(8);
    const bool is_directory = text.starts_with("dir");
    if (is_directory)
        text.remove_prefix(3);
    auto path = Path{trim(text)};
    if (path.is_relative())
        path = Path{line.file}.parent_path() / path;
    TRY(is_directory ? include_directory(host, path, depth + 1, reading)
                     : read_file(host, path, depth + 1, reading));
    return true;
}

static Result<> read_file(const Host& host, const Path& file, int depth, Reading& reading)
{
    if (depth > most_depth || ++reading.files > most_files)
        return Error{ErrorKind::Malformed, cat(file.native(), ": too many includes"), {}};
    const auto text = TRY(host.read(file));
    for (auto& line : logical_lines(text, file.native()))
        if (!TRY(included(host, line, depth, reading)))
            reading.lines.push_back(std::move(line));
    return done;
}

// "a , b" as "a,b": a list without blanks is one word.
static std::string tight(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (blank && (result.empty() || result.back() == ',' || result.back() == ' '))
            continue;
        if (c == ',' && result.ends_with(' '))
            result.pop_back();
        result += blank ? ' ' : c;
    }
    return result;
}

using Aliases = std::map<std::string, std::vector<std::string>, std::less<>>;

static std::vector<std::string> listed(std::string_view list)
{
    std::vector<std::string> names;
    for (const auto name : split(trim(list), ','))
        if (!trim(name).empty())
            names.emplace_back(trim(name));
    return names;
}

// "User_Alias ADMINS = ann,bob : OPS = joe"
static Aliases user_aliases(const std::vector<SudoersLine>& lines)
{
    constexpr std::string_view word = "User_Alias ";
    Aliases aliases;
    for (const auto& line : lines) {
        const auto text = tight(line.text);
        if (!text.starts_with(word))
            continue;
        for (const auto part : split(std::string_view{text}.substr(word.size()), ':')) {
            const auto equals = part.find('=');
            if (equals != std::string_view::npos)
                aliases[std::string{trim(part.substr(0, equals))}] =
                    listed(part.substr(equals + 1));
        }
    }
    return aliases;
}

static void resolve(const std::string& name, const Aliases& aliases, int depth,
                    std::vector<std::string>& who)
{
    const auto alias = aliases.find(name);
    if (alias == aliases.end() || depth > most_nested_aliases)
        return who.push_back(name);
    for (const auto& member : alias->second)
        resolve(member, aliases, depth + 1, who);
}

// "Defaults:ann !authenticate" asks ann for no password, "Defaults !authenticate" nobody.
static std::string without_authentication(std::string_view text)
{
    if (!text.starts_with("Defaults") || text.find("!authenticate") == std::string_view::npos)
        return {};
    const auto scope = text.substr(8, text.find(' ') - 8);
    if (scope.starts_with(':'))
        return std::string{scope.substr(1)};
    return scope.empty() ? "ALL" : "";
}

Result<std::vector<PasswordlessRule>> passwordless_rules(const Host& host)
{
    constexpr std::string_view tag = "NOPASSWD:";
    Reading reading;
    if (host.status("/etc/sudoers").is_absent())
        return std::vector<PasswordlessRule>{};
    TRY(read_file(host, "/etc/sudoers", 0, reading));
    const auto aliases = user_aliases(reading.lines);
    std::vector<PasswordlessRule> rules;
    for (const auto& line : reading.lines) {
        const auto text = tight(line.text);
        const auto at = text.find(tag);
        auto users = without_authentication(text);
        std::string commands = "all that sudo lets them";
        if (users.empty() && at != std::string::npos && !text.starts_with("Defaults") &&
            text.find("_Alias ") == std::string::npos) {
            users = text.substr(0, text.find(' '));
            commands = trim(std::string_view{text}.substr(at + tag.size()));
        }
        if (users.empty())
            continue;
        PasswordlessRule rule{.commands = commands, .file = line.file, .line = line.number};
        for (const auto& name : listed(users))
            resolve(name, aliases, 0, rule.who);
        rules.push_back(std::move(rule));
    }
    return rules;
}

}
