#include "checks/sysctl_files.h"

#include <algorithm>

namespace harden {

static const std::vector<Path> sysctl_directories = {"/etc/sysctl.d", "/run/sysctl.d",
                                                     "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
                                                     "/lib/sysctl.d"};

std::string slashed_key(std::string_view key)
{
    std::string path{key};
    const auto dot = path.find('.');
    if (dot != std::string::npos && dot < path.find('/'))
        std::ranges::for_each(path, [](char& c) { c = c == '.' ? '/' : c == '/' ? '.' : c; });
    return path;
}

std::string plain_value(std::string_view value)
{
    std::string plain;
    for (const char c : trim(value)) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank || plain.back() != ' ')
            plain += blank ? ' ' : c;
    }
    return plain;
}

std::vector<std::pair<std::string, PersistedSetting>> sysctl_lines(std::string_view text,
                                                                   const std::string& file)
{
    std::vector<std::pair<std::string, PersistedSetting>> found;
    for (auto line : lines(text)) {
        line = trim(line);
        if (line.empty() || line.starts_with('#') || line.starts_with(';'))
            continue;
        const auto equals = line.find('=');
        const bool is_assignment = equals != std::string_view::npos;
        auto key = trim(line.substr(0, equals));
        const bool has_dash = key.starts_with('-');
        if (has_dash)
            key = trim(key.substr(1));
        if (is_assignment || has_dash)
            found.emplace_back(
                slashed_key(key),
                PersistedSetting{is_assignment ? plain_value(line.substr(equals + 1)) : "", file,
                                 !is_assignment});
    }
    return found;
}

static bool is_masked(const Host& host, const Path& file)
{
    const auto status = host.status(file);
    return status && status->type == FileType::Link && status->target == "/dev/null";
}

Result<std::vector<Path>> merged_files(const Host& host, const std::vector<Path>& directories,
                                       std::string_view suffix)
{
    std::map<std::string, Path> by_name;
    for (const auto& directory : directories) {
        const auto names = host.list(directory);
        if (names.is_absent())
            continue;
        for (const auto& name : TRY(names))
            if (name.ends_with(suffix))
                by_name.try_emplace(name, directory / name);
    }
    std::vector<Path> files;
    for (const auto& [name, file] : by_name)
        if (!is_masked(host, file))
            files.push_back(file);
    return files;
}

Result<PersistedSettings> persisted_settings(const Host& host)
{
    PersistedSettings settings;
    for (const auto& file : TRY(merged_files(host, sysctl_directories, ".conf"))) {
        const auto text = host.read(file);
        if (text.is_absent())
            continue; // a link to a file that is not there
        for (auto& [key, setting] : sysctl_lines(TRY(text), file.native()))
            settings[key] = std::move(setting);
    }
    return settings;
}

}
