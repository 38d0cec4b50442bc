#include "dockerfile/ignore_rules.h"

#include "base/text.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace harden {

static constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

static std::string_view bounded(std::string_view text)
{
    text = text.substr(0, longest_ignore_file);
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    return text;
}

static std::string_view name_in(std::string_view path)
{
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

// Spaces at the end do not count unless a backslash stands before the last of them.
static std::string_view without_trailing_spaces(std::string_view line)
{
    while (line.ends_with(' ')) {
        const auto before = line.substr(0, line.size() - 1);
        const auto backslashes = before.size() - (before.find_last_not_of('\\') + 1);
        if (backslashes % 2 == 1)
            break;
        line = before;
    }
    return line;
}

void GitIgnore::read_line(std::string_view line, std::vector<Rule>& rules)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.starts_with('#'))
        return;
    line = without_trailing_spaces(line);
    const bool includes = line.starts_with('!');
    line.remove_prefix(includes ? 1 : 0);
    const bool folders_only = line.ends_with('/');
    line.remove_suffix(folders_only ? 1 : 0);
    const bool by_name = line.find('/') == std::string_view::npos;
    if (line.starts_with('/'))
        line.remove_prefix(1);
    if (!line.empty())
        rules.push_back({Glob{line, Glob::Syntax::Git}, includes, folders_only, by_name});
}

GitIgnore GitIgnore::with(std::string_view text, std::string_view folder) const
{
    auto file = std::make_shared<File>();
    file->folder = folder;
    file->above = lowest_;
    for (const auto line : split(bounded(text), '\n'))
        if (file->rules.size() < most_ignore_rules)
            read_line(line, file->rules);
    GitIgnore more;
    more.lowest_ = std::move(file);
    return more;
}

// The part of the path below a folder; nothing where it is not below it.
static std::optional<std::string_view> below(std::string_view path, std::string_view folder)
{
    if (folder.empty())
        return path;
    if (!path.starts_with(folder) || path.size() <= folder.size() || path[folder.size()] != '/')
        return {};
    return path.substr(folder.size() + 1);
}

bool GitIgnore::is_ignored(std::string_view path, bool is_folder) const
{
    for (const auto* file = lowest_.get(); file != nullptr; file = file->above.get()) {
        const auto inner = below(path, file->folder);
        if (!inner)
            continue;
        const auto last =
            std::find_if(file->rules.rbegin(), file->rules.rend(), [&](const Rule& rule) {
                return (is_folder || !rule.folders_only) &&
                       rule.glob.matches(rule.by_name ? name_in(path) : *inner);
            });
        if (last != file->rules.rend())
            return !last->includes;
    }
    return false;
}

bool GitIgnore::is_within_ignored(std::string_view path, bool is_folder) const
{
    for (auto slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1))
        if (is_ignored(path.substr(0, slash), true))
            return true;
    return is_ignored(path, is_folder);
}

// As Docker cleans a pattern: no ".", "..", doubled or leading slashes.
static std::string cleaned(std::string_view pattern)
{
    auto text = std::filesystem::path{pattern}.lexically_normal().native();
    while (text.size() > 1 && text.ends_with('/'))
        text.pop_back();
    while (text.size() > 1 && text.starts_with('/'))
        text.erase(0, 1);
    return text;
}

DockerIgnore::DockerIgnore(std::string_view text)
{
    for (const auto line : split(bounded(text), '\n')) {
        auto pattern = line.starts_with('#') ? std::string_view{} : trim(line);
        const bool includes = pattern.starts_with('!');
        pattern = trim(pattern.substr(includes ? 1 : 0));
        if (pattern.empty() || rules_.size() == most_ignore_rules)
            continue;
        rules_.push_back({Glob{cleaned(pattern), Glob::Syntax::Docker}, includes});
        has_exceptions_ = has_exceptions_ || includes;
    }
}

// The path itself, or a folder that it is in.
static bool matches_part(const Glob& glob, std::string_view path)
{
    for (auto slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1))
        if (glob.matches(path.substr(0, slash)))
            return true;
    return glob.matches(path);
}

bool DockerIgnore::is_ignored(std::string_view path) const
{
    const auto last = std::find_if(rules_.rbegin(), rules_.rend(),
                                   [&](const Rule& rule) { return matches_part(rule.glob, path); });
    return last != rules_.rend() && !last->includes;
}

}
