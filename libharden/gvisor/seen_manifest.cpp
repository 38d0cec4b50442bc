#include "gvisor/seen_manifest.h"

namespace harden {

static constexpr std::string_view mark =
    "# signature: "; // both in one file, replaced by one rename
static constexpr std::uint64_t largest = std::uint64_t{4} << 20U; // bytes

namespace {

struct Texts {
    std::string text;
    std::string signature;
};

}

Result<SignedManifest> seen_manifest(const Host& host, const GvisorSettings& settings,
                                     const SignatureCheck& check)
{
    const auto stored = TRY(host.read(seen_manifest_file));
    const auto end = stored.find('\n');
    if (!stored.starts_with(mark) || end == std::string::npos)
        return Error{ErrorKind::Malformed, cat(seen_manifest_file, ": not as it was written"),
                     cat("rm ", seen_manifest_file, " where you know why")};
    auto signature = stored.substr(mark.size(), end - mark.size());
    auto manifest = trusted_manifest(stored.substr(end + 1), std::move(signature), settings.keys,
                                     check, seen_manifest_file);
    return std::move(manifest).hint(
        cat("rm ", seen_manifest_file, " where manifest.keys was changed on purpose"));
}

static Result<std::string> fetched(const Host& host, const GvisorSettings& settings,
                                   const GvisorTools& tools, const std::string& url, const Path& to)
{
    TRY(tools.download(
        {.url = url, .to = to, .authorities = settings.authorities, .at_most = largest}));
    return host.read(to);
}

static Result<std::string> signature_at(Result<std::string> read, std::string_view url)
{
    if (read.is_absent())
        return Error{ErrorKind::Denied,
                     cat(url, ": the manifest is not signed: there is no ", url, ".sig"),
                     "an unsigned manifest proves nothing"};
    return read;
}

static Result<Texts> published(const Host& host, const GvisorSettings& settings,
                               const GvisorTools& tools, const Path& scratch)
{
    const auto& url = settings.manifest_url;
    Texts texts;
    if (!is_url(url)) {
        texts.text = TRY(host.read(url));
        texts.signature = TRY(signature_at(host.read(cat(url, ".sig")), url));
        return texts;
    }
    texts.text = TRY(fetched(host, settings, tools, url, scratch / "releases.toml"));
    texts.signature = TRY(signature_at(
        fetched(host, settings, tools, cat(url, ".sig"), scratch / "releases.toml.sig"), url));
    return texts;
}

static Result<> refuse_older(const SignedManifest& found, const SignedManifest& seen,
                             std::string_view url)
{
    const auto number = [](const SignedManifest& each) {
        return std::to_string(each.manifest.sequence);
    };
    if (found.manifest.sequence < seen.manifest.sequence)
        return Error{ErrorKind::Denied,
                     cat(url, ": manifest ", number(found), " is older than ", number(seen),
                         ", which this node has accepted"),
                     "a mirror that lags, or somebody who hides newer releases"};
    if (found.manifest.sequence == seen.manifest.sequence && found.text != seen.text)
        return Error{ErrorKind::Denied,
                     cat(url, ": another manifest under the number ", number(found),
                         ", which this node has accepted"),
                     "each manifest that is published needs a sequence of its own"};
    return done;
}

Result<SignedManifest> manifest_in_force(const Host& host, const GvisorSettings& settings,
                                         const GvisorTools& tools, const Path& scratch, Reach reach)
{
    if (settings.keys.empty())
        return Error{ErrorKind::NotFound,
                     "there is no manifest of releases: manifest.keys is empty",
                     "/etc/harden/gvisor.toml: see docs/gvisor-install.md"};
    auto seen = seen_manifest(host, settings, tools.check);
    if (!seen && !seen.is_absent())
        return seen.error();
    const auto& url = settings.manifest_url;
    const bool is_out_of_reach = is_url(url) && reach == Reach::Local;
    if (url.empty() || is_out_of_reach)
        return seen;
    auto texts = TRY(published(host, settings, tools, scratch).during("fetch the manifest"));
    auto found = TRY(trusted_manifest(std::move(texts.text), std::string{trim(texts.signature)},
                                      settings.keys, tools.check, url));
    if (seen)
        TRY(refuse_older(found, *seen, url));
    return found;
}

Result<> remember_manifest(Host& host, const GvisorSettings& settings, const SignatureCheck& check,
                           const SignedManifest& manifest)
{
    const auto seen = seen_manifest(host, settings, check);
    if (seen && seen->manifest.sequence >= manifest.manifest.sequence)
        return done;
    return host.write(seen_manifest_file, cat(mark, manifest.signature, "\n", manifest.text));
}

}
