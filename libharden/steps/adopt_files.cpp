#include "steps/adopt_files.h"

#include "base/text.h"
#include "steps/adopt_saved.h"
#include "steps/adopt_signs.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr auto root_crontab = "/var/spool/cron/crontabs/root";
static constexpr auto cron_directory = "/etc/cron.d";
static constexpr std::array boot_scripts{"/etc/rc.local"};
static constexpr std::array saved_rules{"/etc/iptables/rules.v4", "/etc/iptables/rules.v6"};

namespace {

struct LinesFile {
    Path path;
    LineOf kind = LineOf::Script;
};

}

static std::vector<LinesFile> files_that_run(const Host& host)
{
    std::vector<LinesFile> files{{root_crontab, LineOf::RootCrontab},
                                 {"/etc/crontab", LineOf::SystemCrontab}};
    if (const auto names = host.list(cron_directory))
        for (const auto& name : *names)
            if (!name.starts_with("harden-"))
                files.push_back({Path{cron_directory} / name, LineOf::SystemCrontab});
    for (const auto* script : boot_scripts)
        files.push_back({script, LineOf::Script});
    return files;
}

// Empty where there is none, or a directory of that name.
static Result<std::string> text_of(const Host& host, const Path& file)
{
    const auto status = host.status(file);
    if (status.is_absent() || (status && status->type != FileType::Regular))
        return std::string{};
    return host.read(file);
}

static Result<bool> is_script(const Host& host, const Path& path)
{
    const auto text = TRY(text_of(host, path));
    return std::ranges::any_of(old_scripts(), [&](const OldScript& script) {
        return path.filename() == script.name && text.starts_with("#!") &&
               text.find(script.telltale) != std::string::npos;
    });
}

Result<std::vector<Path>> scripts_on(const Host& host)
{
    std::vector<Path> candidates;
    for (const auto& script : old_scripts())
        candidates.push_back(Path{old_script_directory} / script.name);
    for (const auto& file : files_that_run(host)) {
        const auto text = TRY(text_of(host, file.path));
        for (const auto line : lines(text))
            if (const Path path{old_script_run_by(line, file.kind)}; path.is_absolute())
                candidates.push_back(path);
    }
    std::vector<Path> scripts;
    for (const auto& path : candidates)
        if (std::ranges::find(scripts, path) == scripts.end() && TRY(is_script(host, path)))
            scripts.push_back(path);
    return scripts;
}

static Result<> strip(Host& host, const Path& file,
                      const std::function<bool(std::string_view line)>& is_old)
{
    const auto text = TRY(text_of(host, file));
    const auto kept = without_lines(text, is_old);
    if (kept == text)
        return done;
    // an empty crontab is none, as after crontab -r
    if (trim(kept).empty() && file == root_crontab)
        return host.remove(file);
    return host.write(file, kept);
}

Result<> strip_what_runs_scripts(Host& host, const Ruleset& policy)
{
    for (const auto& file : files_that_run(host))
        TRY(strip(host, file.path, [&](std::string_view line) {
            return !old_script_run_by(line, file.kind).empty() ||
                   (file.kind == LineOf::Script && adds_old_rule(line, policy));
        }));
    return done;
}

Result<> strip_saved_rules(Host& host, const Ruleset& policy)
{
    for (const auto* file : saved_rules) {
        const auto text = TRY(text_of(host, file));
        if (const auto kept = without_old_rules(text, policy); kept != text)
            TRY(host.write(file, kept));
    }
    return done;
}

std::vector<std::string> lines_that_stay(const Host& host)
{
    std::vector<std::string> places;
    for (const auto& file : files_that_run(host)) {
        const auto text = text_of(host, file.path);
        if (!text)
            continue;
        int number = 0;
        for (const auto line : lines(*text)) {
            ++number;
            if (mentions_old_script(line) && old_script_run_by(line, file.kind).empty())
                places.push_back(cat(file.path.native(), ":", std::to_string(number)));
        }
    }
    return places;
}

}
