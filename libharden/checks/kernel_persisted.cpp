#include "checks/judged.h"
#include "checks/kernel_looks.h"
#include "checks/sysctl.h"
#include "checks/sysctl_files.h"

namespace harden {

// The settings a key stands for: itself, or with one "*" those of every interface that no other
// line names.
static Result<std::vector<std::string>> expanded(const Host& host, const PersistedSettings& all,
                                                 const std::string& key)
{
    const auto star = key.find("/*/");
    if (star == std::string::npos)
        return std::vector<std::string>{key};
    std::vector<std::string> keys;
    const auto names = host.list(sysctl_file(key.substr(0, star)));
    if (names.is_absent())
        return keys;
    for (const auto& name : TRY(names)) {
        auto whole = cat(key.substr(0, star + 1), name, key.substr(star + 2));
        if (!all.contains(whole))
            keys.push_back(std::move(whole));
    }
    return keys;
}

static std::string shown(std::string_view key)
{
    return escaped(key.substr(0, 80));
}

Result<Outcome> settings_persist(const Facts& facts)
{
    const auto& host = facts.host();
    TRY(sysctl_text(host, "kernel.osrelease"));
    const auto all = TRY(persisted_settings(host));
    std::vector<std::string> complaints;
    std::size_t compared = 0;
    for (const auto& [pattern, setting] : all)
        for (const auto& key : TRY(expanded(host, all, pattern))) {
            const auto now = sysctl_text(host, key);
            if (setting.is_exception || now.is_absent())
                continue;
            ++compared;
            if (plain_value(TRY(now)) != setting.value)
                complaints.push_back(cat(shown(key), " is ", escaped(*now, 40), ", ",
                                         escaped(setting.file, 60), " says ",
                                         escaped(setting.value, 40)));
        }
    return judged(std::move(complaints),
                  cat(std::to_string(compared), " settings in files, all in force"));
}

}
