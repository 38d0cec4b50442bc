#include "ssh/sshd_config.h"

#include <algorithm>
#include <cctype>
#include <fnmatch.h>

namespace harden {

static constexpr auto include_line = "Include /etc/ssh/sshd_config.d/*.conf\n";

std::string position_of(const SshdDirective& directive)
{
    return cat(directive.file, ":", std::to_string(directive.line));
}

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r';
}

static std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && is_blank(text[at]))
            ++at;
        if (at == text.size() || text[at] == '#')
            return words;
        std::string word;
        char quote = 0;
        for (; at < text.size() && (quote != 0 || !is_blank(text[at])); ++at) {
            if (text[at] == quote)
                quote = 0;
            else if (quote == 0 && (text[at] == '"' || text[at] == '\''))
                quote = text[at];
            else
                word += text[at];
        }
        words.push_back(std::move(word));
    }
}

static SshdDirective directive_of(std::string_view line)
{
    const auto end = line.find_first_of(" \t=");
    SshdDirective directive;
    for (const auto letter : line.substr(0, end))
        directive.name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (end == std::string_view::npos)
        return directive;
    auto rest = trim(line.substr(end));
    if (rest.starts_with('='))
        rest.remove_prefix(1);
    directive.arguments = words_of(rest);
    return directive;
}

std::vector<SshdDirective> parse_sshd_config(std::string_view text, std::string_view file)
{
    std::vector<SshdDirective> directives;
    int number = 0;
    bool is_conditional = false;
    for (const auto line : lines(text)) {
        ++number;
        const auto trimmed = trim(line);
        if (trimmed.empty() || trimmed.starts_with('#'))
            continue;
        directives.push_back(directive_of(trimmed));
        directives.back().file = file;
        directives.back().line = number;
        is_conditional = is_conditional || directives.back().name == "match";
        directives.back().is_conditional = is_conditional;
    }
    return directives;
}

static Path absolute_pattern(std::string_view pattern)
{
    const Path path{pattern};
    return path.is_absolute() ? path : Path{"/etc/ssh"} / path;
}

bool is_included(std::string_view pattern, const Path& file)
{
    const auto absolute = absolute_pattern(pattern);
    return fnmatch(absolute.c_str(), file.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
}

static bool has_wildcard(std::string_view text)
{
    return text.find_first_of("*?[") != std::string_view::npos;
}

static Result<std::vector<Path>> expanded(const Host& host, const std::vector<Path>& directories,
                                          const std::string& part)
{
    std::vector<Path> found;
    for (const auto& directory : directories) {
        if (!has_wildcard(part)) {
            found.push_back(directory / part);
            continue;
        }
        const auto names = host.list(directory);
        if (!names && names.error().kind == ErrorKind::NotFound)
            continue;
        if (!names)
            return names.error();
        for (const auto& name : *names)
            if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0)
                found.push_back(directory / name);
    }
    return found;
}

Result<std::vector<Path>> included_files(const Host& host, std::string_view pattern)
{
    std::vector<Path> found{"/"};
    for (const auto& part : absolute_pattern(pattern).relative_path())
        found = TRY(expanded(host, found, part.native()));
    std::erase_if(found, [&host](const Path& file) { return host.status(file).is_absent(); });
    std::ranges::sort(found);
    return found;
}

static Result<> read_into(std::vector<SshdDirective>& all, const Host& host, const Path& file,
                          const std::vector<std::string>& enclosing, int depth)
{
    if (depth > 16)
        return Error{ErrorKind::Malformed, cat(file.native(), ": includes nest too deep"), {}};
    const auto text = TRY(host.read(file).during(cat("read ", file.native())));
    auto around_here = enclosing; // with the last Match of this file
    for (auto& directive : parse_sshd_config(text, file.native())) {
        directive.is_conditional |= !enclosing.empty();
        directive.enclosing = enclosing;
        all.push_back(directive);
        if (directive.name == "match") {
            around_here = enclosing;
            around_here.insert(around_here.end(), directive.arguments.begin(),
                               directive.arguments.end());
        }
        if (directive.name != "include")
            continue;
        for (const auto& pattern : directive.arguments)
            for (const auto& included : TRY(included_files(host, pattern)))
                TRY(read_into(all, host, included, around_here, depth + 1));
    }
    return done;
}

Result<std::vector<SshdDirective>> read_sshd_config(const Host& host)
{
    std::vector<SshdDirective> all;
    TRY(read_into(all, host, sshd_config_file, {}, 0));
    return all;
}

static bool includes_drop_in(const SshdDirective& directive)
{
    return directive.name == "include" &&
           std::ranges::any_of(directive.arguments, [](const std::string& pattern) {
               return is_included(pattern, sshd_drop_in_file);
           });
}

DropInPlace place_of_drop_in(const std::vector<SshdDirective>& main_file)
{
    std::string match;
    for (const auto& directive : main_file) {
        if (directive.name == "match" && match.empty())
            match = position_of(directive);
        if (!includes_drop_in(directive))
            continue;
        if (match.empty())
            return {IncludePlace::Early, position_of(directive)};
        return {IncludePlace::AfterMatch, match};
    }
    return {};
}

std::string with_include(std::string_view main_text)
{
    return cat(include_line, main_text);
}

static std::string include_of(const Path& file)
{
    return cat("Include \"", file.native(), "\"\n");
}

static Result<std::string> expanded_include(const Host& host, const SshdDirective& include,
                                            std::string_view drop_in)
{
    std::string text;
    for (const auto& pattern : include.arguments) {
        auto files = TRY(included_files(host, pattern));
        if (is_included(pattern, sshd_drop_in_file)) {
            files.emplace_back(sshd_drop_in_file);
            std::ranges::sort(files);
            files.erase(std::unique(files.begin(), files.end()), files.end());
        }
        for (const auto& file : files)
            text += file == sshd_drop_in_file ? std::string{drop_in} : include_of(file);
    }
    return text;
}

Result<std::string> rehearsal_text(const Host& host, std::string_view drop_in)
{
    auto main_text = TRY(host.read(sshd_config_file).during(cat("read ", sshd_config_file)));
    if (place_of_drop_in(parse_sshd_config(main_text, {})).place == IncludePlace::Missing)
        main_text = with_include(main_text);
    std::string text;
    for (const auto line : lines(main_text)) {
        const auto directives = parse_sshd_config(line, sshd_config_file);
        if (!directives.empty() && includes_drop_in(directives.front()))
            text += TRY(expanded_include(host, directives.front(), drop_in));
        else
            text += cat(line, "\n");
    }
    return text;
}

}
