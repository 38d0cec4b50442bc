#include "gvisor/gvisor_settings.h"

#include "node/download.h"
#include "node/site_settings.h"

namespace harden {

static constexpr auto shipped_settings = "rules/gvisor.toml";
static constexpr auto site_gvisor_settings = "/etc/harden/gvisor.toml";
static constexpr std::int64_t mebibyte = std::int64_t{1} << 20U;

Result<Setting> gvisor_settings_document(const Host& host)
{
    return site_settings(host, shipped_settings, site_gvisor_settings);
}

static Result<> read_releases(TableReader table, GvisorSettings& settings)
{
    settings.releases_url = TRY(table.text("url"));
    if (const auto url = parse_https_url(settings.releases_url); !url)
        return table.error_at("url", url.error().message);
    settings.archive = TRY(table.text("archive"));
    if (settings.archive.find('/') != std::string::npos ||
        settings.archive.find(".tar") == std::string::npos)
        return table.error_at("archive", "is no archive's name, as in gvisor.tar.bz2");
    settings.authorities = TRY(table.text("authorities"));
    settings.at_most =
        static_cast<std::uint64_t>(TRY(table.integer("at_most_mib", 1, 256)) * mebibyte);
    return table.finish();
}

static Result<> read_manifest(TableReader table, GvisorSettings& settings)
{
    settings.manifest_url = TRY(table.text("url"));
    const auto& url = settings.manifest_url;
    if (is_url(url) && !parse_https_url(url))
        return table.error_at("url", parse_https_url(url).error().message);
    if (!url.empty() && !is_url(url) && !url.starts_with('/'))
        return table.error_at("url", "is neither an https address nor a file's whole path");
    settings.keys = TRY(table.texts("keys"));
    return table.finish();
}

static Result<std::size_t> read_keep(TableReader table)
{
    const auto releases = TRY(table.integer("releases", 2, 100));
    TRY(table.finish());
    return static_cast<std::size_t>(releases);
}

static Result<PlatformChoice> read_platform(TableReader table)
{
    const auto chosen = TRY(table.one_of("choose", {"auto", "systrap", "kvm"}));
    TRY(table.finish());
    if (chosen == "auto")
        return PlatformChoice::Automatic;
    return chosen == "kvm" ? PlatformChoice::Kvm : PlatformChoice::Systrap;
}

Result<GvisorSettings> gvisor_settings_from(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    GvisorSettings settings;
    TRY(read_releases(TRY(reader.table("releases")), settings));
    TRY(read_manifest(TRY(reader.table("manifest")), settings));
    settings.kept = TRY(read_keep(TRY(reader.table("keep"))));
    settings.platform = TRY(read_platform(TRY(reader.table("platform"))));
    TRY(reader.finish());
    return settings;
}

}
