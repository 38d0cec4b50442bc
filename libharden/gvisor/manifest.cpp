#include "gvisor/manifest.h"

#include "base/settings.h"
#include "gvisor/release.h"

#include <algorithm>
#include <limits>

namespace harden {

static constexpr auto machines = {"x86_64", "aarch64"};

std::string release_number(std::string_view name)
{
    for (const std::string_view prefix : {"release-", "0.0~"})
        if (name.starts_with(prefix))
            name.remove_prefix(prefix.size());
    return std::string{name};
}

static Result<Checksums> files_in(TableReader& table)
{
    auto files = checksums(TRY(table.text("files")));
    if (!files)
        return table.error_at("files", files.error().message);
    if (!files->contains("runsc") || files->contains(""))
        return table.error_at("files",
                              "a line for each file, runsc among them, as sha512sum prints");
    return files;
}

static Result<std::string> archive_in(TableReader& table)
{
    const auto text = TRY(table.text("archive"));
    const auto hash = checksums(text);
    if (!hash || hash->size() != 1 || !hash->contains(""))
        return table.error_at("archive", "is no SHA-512");
    return hash->begin()->second;
}

// It becomes a part of an address and of a file's name.
static bool is_plain_number(std::string_view number)
{
    return !number.empty() && number.size() <= 32 &&
           std::ranges::all_of(number, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

static Result<> read_release(const std::string& number, TableReader table,
                             std::vector<KnownRelease>& releases)
{
    if (!is_plain_number(number))
        return table.error_at("", cat("no release has the number ", escaped(number, 40)));
    for (const std::string machine : machines) {
        if (!table.has(machine))
            continue;
        auto entry = TRY(table.table(machine));
        KnownRelease release{.number = number, .machine = machine};
        release.archive = TRY(archive_in(entry));
        release.files = TRY(files_in(entry));
        TRY(entry.finish());
        releases.push_back(std::move(release));
    }
    return table.finish();
}

Result<ReleaseManifest> parse_manifest(std::string_view text, std::string_view file)
{
    const auto document = TRY(parse_toml(text, file));
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    ReleaseManifest manifest{
        .sequence = TRY(reader.integer("sequence", 1, std::numeric_limits<std::int64_t>::max())),
        .issued = TRY(reader.text("issued")),
        .latest = TRY(reader.text("latest"))};
    for (auto& [number, table] : TRY(reader.tables("releases")))
        TRY(read_release(number, std::move(table), manifest.releases));
    TRY(reader.finish());
    if (std::ranges::find(manifest.releases, manifest.latest, &KnownRelease::number) ==
        manifest.releases.end())
        return reader.error_at("latest", "names no release of this manifest");
    return manifest;
}

Result<SignedManifest> trusted_manifest(std::string text, std::string signature,
                                        const std::vector<std::string>& keys,
                                        const SignatureCheck& check, std::string_view file)
{
    Result<> verdict = Error{ErrorKind::Denied, "no key to check it with", {}};
    for (const auto& key : keys) {
        verdict = check(text, signature, key);
        if (verdict)
            break;
        if (verdict.error().kind != ErrorKind::Denied)
            return std::move(verdict).during(cat("check the signature of ", file)).error();
    }
    if (!verdict)
        return Error{ErrorKind::Denied, cat(file, ": signed by none of the keys of manifest.keys"),
                     "it was changed after it was signed, or by somebody else: do not use it"};
    auto manifest = TRY(parse_manifest(text, file));
    return SignedManifest{std::move(text), std::move(signature), std::move(manifest)};
}

static std::string known_numbers(const ReleaseManifest& manifest, std::string_view machine)
{
    std::vector<std::string> numbers;
    for (const auto& release : manifest.releases)
        if (release.machine == machine)
            numbers.push_back(release.number);
    return numbers.empty() ? "none" : join(numbers, ", ");
}

Result<KnownRelease> known_release(const ReleaseManifest& manifest, std::string_view asked,
                                   std::string_view machine)
{
    const auto number = asked == "latest" ? manifest.latest : release_number(asked);
    for (const auto& release : manifest.releases)
        if (release.machine == machine &&
            (release.number == number || release.number == cat(number, ".0")))
            return release;
    return Error{ErrorKind::NotFound,
                 cat("release ", escaped(asked, 64), " is not in the manifest ",
                     std::to_string(manifest.sequence), " of ", escaped(manifest.issued, 20),
                     ", which knows for ", machine, ": ", known_numbers(manifest, machine)),
                 "--release latest, or one of these"};
}

const KnownRelease* with_archive(const ReleaseManifest& manifest, std::string_view sha512,
                                 std::string_view machine)
{
    const auto found = std::ranges::find_if(manifest.releases, [&](const KnownRelease& release) {
        return release.machine == machine && release.archive == sha512;
    });
    return found == manifest.releases.end() ? nullptr : &*found;
}

const KnownRelease* with_files(const ReleaseManifest& manifest, const Checksums& files,
                               std::string_view machine)
{
    const auto found = std::ranges::find_if(manifest.releases, [&](const KnownRelease& release) {
        return release.machine == machine && release.files == files;
    });
    return found == manifest.releases.end() ? nullptr : &*found;
}

}
