#include "gvisor/obtain.h"

#include "gvisor/releases.h"

namespace harden {

static constexpr auto downloads = "/var/lib/harden/downloads";

namespace {

struct Errand {
    Host& host;
    const GvisorAsked& asked;
    const GvisorSettings& settings;
    const GvisorTools& tools;
    const Path& staging;
    std::string machine;
};

}

static Path place_of(const Errand& errand, const std::string& url)
{
    const auto name = url.substr(url.rfind('/') + 1);
    return Path{downloads} / cat(errand.tools.sha512(url).substr(0, 16), "-", name);
}

static Result<bool> is_right(const Errand& errand, const Path& file, const KnownRelease* wanted,
                             const ReleaseManifest* manifest)
{
    const auto hash = errand.tools.sha512(TRY(errand.host.read(file)));
    if (wanted != nullptr)
        return wanted->archive == hash;
    return manifest == nullptr || with_archive(*manifest, hash, errand.machine) != nullptr;
}

// Parts that do not belong together are thrown away, once.
static Result<Path> fetched(const Errand& errand, const std::string& url,
                            const KnownRelease* wanted, const ReleaseManifest* manifest)
{
    const auto to = place_of(errand, url);
    const Download wish{.url = url,
                        .to = to,
                        .authorities = errand.settings.authorities,
                        .at_most = errand.settings.at_most};
    if (wanted != nullptr && errand.host.status(to) && TRY(is_right(errand, to, wanted, manifest)))
        return to;
    TRY(errand.host.remove(to));
    const auto came = TRY(errand.tools.download(wish));
    if (came == Fetched::InParts && !TRY(is_right(errand, to, wanted, manifest))) {
        TRY(errand.host.remove(to));
        TRY(errand.tools.download(wish));
    }
    return to;
}

// The server's own checksum, for what no manifest vouches for.
static Result<> fetch_checksum(const Errand& errand, const std::string& url, const Path& archive)
{
    const Path to = cat(archive.native(), ".sha512");
    const auto fetched = errand.tools.download({.url = cat(url, ".sha512"),
                                                .to = to,
                                                .authorities = errand.settings.authorities,
                                                .at_most = std::uint64_t{1} << 16U});
    if (!fetched && !fetched.is_absent())
        return fetched.error();
    return done;
}

static Result<GvisorBundle> bundle_of_download(const Errand& errand, const std::string& url,
                                               const KnownRelease* wanted,
                                               const ReleaseManifest* manifest)
{
    const auto archive = TRY(fetched(errand, url, wanted, manifest));
    if (wanted == nullptr && errand.asked.allow_unverified)
        TRY(fetch_checksum(errand, url, archive));
    const GvisorSource source{.from = archive,
                              .allow_unverified = errand.asked.allow_unverified,
                              .manifest = manifest,
                              .wanted = wanted};
    auto bundle = gvisor_bundle(errand.host, source, errand.staging, errand.tools.sha512);
    if (!bundle)
        TRY(forget_downloads(errand.host));
    return std::move(bundle).during(url);
}

static Result<SignedManifest> required_manifest(const Errand& errand, Reach reach)
{
    return manifest_in_force(errand.host, errand.settings, errand.tools, errand.staging, reach);
}

// Without a manifest, or with one that does not know it: only where somebody said so.
static bool may_go_without(const Errand& errand, const Result<SignedManifest>& manifest)
{
    return manifest.is_absent() && errand.asked.allow_unverified;
}

static Result<Obtained> release_from_server(const Errand& errand)
{
    auto manifest = required_manifest(errand, Reach::Network);
    if (!manifest && !may_go_without(errand, manifest))
        return std::move(manifest).during(cat("--release ", errand.asked.release)).error();
    auto known = manifest ? known_release(manifest->manifest, errand.asked.release, errand.machine)
                          : Result<KnownRelease>{manifest.error()};
    const bool is_named = errand.asked.release != "latest";
    if (!known && !(known.is_absent() && errand.asked.allow_unverified && is_named))
        return known.error();
    const auto* wanted = known ? &*known : nullptr;
    if (wanted != nullptr)
        if (auto kept = TRY(kept_bundle_with(errand.host, wanted->files, errand.tools.sha512))) {
            kept->scratch = errand.staging / "state";
            kept->trust = Trust::Manifest;
            return Obtained{*std::move(kept), *std::move(manifest)};
        }
    const auto number = wanted != nullptr ? wanted->number : release_number(errand.asked.release);
    const auto url = cat(errand.settings.releases_url, "/", number, "/", errand.machine, "/",
                         errand.settings.archive);
    const auto* whole = manifest ? &manifest->manifest : nullptr;
    Obtained obtained{.bundle = TRY(bundle_of_download(errand, url, wanted, whole))};
    if (manifest)
        obtained.manifest = *std::move(manifest);
    return obtained;
}

static Result<Obtained> address(const Errand& errand)
{
    auto manifest = required_manifest(errand, Reach::Network);
    if (!manifest && !may_go_without(errand, manifest))
        return std::move(manifest).during(errand.asked.from).error();
    const auto* whole = manifest ? &manifest->manifest : nullptr;
    Obtained obtained{.bundle = TRY(bundle_of_download(errand, errand.asked.from, nullptr, whole))};
    if (manifest)
        obtained.manifest = *std::move(manifest);
    return obtained;
}

// Where no key is configured, what an operator put there needs the checksum beside it.
static Result<Obtained> path(const Errand& errand)
{
    auto manifest = required_manifest(errand, Reach::Local);
    const bool may_lack = errand.settings.keys.empty() || errand.asked.allow_unverified;
    if (!manifest && !(manifest.is_absent() && may_lack))
        return std::move(manifest).during(errand.asked.from).error();
    const GvisorSource source{.from = errand.asked.from,
                              .allow_unverified = errand.asked.allow_unverified,
                              .manifest = manifest ? &manifest->manifest : nullptr};
    Obtained obtained{
        .bundle = TRY(gvisor_bundle(errand.host, source, errand.staging, errand.tools.sha512))};
    if (manifest)
        obtained.manifest = *std::move(manifest);
    return obtained;
}

Result<Obtained> obtain(Host& host, const GvisorAsked& asked, const GvisorSettings& settings,
                        const GvisorTools& tools, const Path& staging)
{
    const Errand errand{host, asked, settings, tools, staging, TRY(machine_of(host))};
    if (!asked.from.empty() && !asked.release.empty())
        return Error{ErrorKind::Malformed, "--from and --release exclude each other", {}};
    if (!asked.release.empty())
        return release_from_server(errand);
    if (!is_url(asked.from))
        return path(errand);
    TRY(parse_https_url(asked.from));
    return address(errand);
}

Result<> forget_downloads(Host& host)
{
    return host.remove(downloads);
}

}
