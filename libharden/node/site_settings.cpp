#include "node/site_settings.h"

#include "base/shipped.h"

namespace harden {

static constexpr std::int64_t rules_version = 1;

Result<Setting> with_site(std::string_view shipped_file, std::string_view site_text,
                          std::string_view site_file)
{
    auto below = TRY(parse_toml(shipped(shipped_file), shipped_file));
    auto site = TRY(parse_toml(site_text, site_file));
    TRY(TableReader(site, "").integer("version", rules_version, rules_version));
    return layered(std::move(below), std::move(site));
}

Result<Setting> site_settings(const Host& host, std::string_view shipped_file,
                              std::string_view site_file)
{
    const auto text = host.read(site_file);
    if (text.is_absent())
        return parse_toml(shipped(shipped_file), shipped_file);
    if (!text)
        return text.error();
    return with_site(shipped_file, *text, site_file);
}

}
