#include "gvisor/bundle.h"

#include "base/text.h"
#include "gvisor/layout.h"
#include "gvisor/release.h"

#include <algorithm>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto unpack_limit = 120s;
static constexpr auto unverified_hint = "put the checksum beside it, or say --allow-unverified";
static constexpr std::string_view required = "runsc";
static constexpr std::string_view shim = "containerd-shim-runsc-v1";

std::string_view name_of(Trust trust)
{
    switch (trust) {
    case Trust::Manifest:
        return "the signed manifest";
    case Trust::Checksum:
        return "a checksum that came with it";
    case Trust::Installed:
        return "its own list, from when it was installed";
    case Trust::Nothing:
        return "nothing";
    }
    return "";
}

std::string GvisorBundle::manifest() const
{
    std::string text;
    for (const auto& file : files)
        text += cat(file.sha512, "  ", file.name, "\n");
    return text;
}

namespace {

// What every part of the reading needs.
struct Reader {
    Host& host;
    const GvisorSource& source;
    const Path& staging;
    const Digest& sha512;
    std::string machine;
};

}

static bool is_archive(const Path& file)
{
    return file.filename().native().find(".tar") != std::string::npos;
}

static Result<Checksums> checksums_at(const Host& host, const Path& file)
{
    return checksums(TRY(host.read(file))).during(file.native());
}

// The checksums of a directory: one file of them all, or one beside each.
static Result<Checksums> directory_checksums(const Host& host, const Path& directory)
{
    Checksums all;
    for (const auto& name : TRY(host.list(directory))) {
        const bool is_single = name.ends_with(".sha512");
        if (name != gvisor_manifest && !is_single)
            continue;
        for (auto& [file, hash] : TRY(checksums_at(host, directory / name))) {
            const auto stem = name.substr(0, name.size() - (is_single ? 7 : 0));
            all[is_single ? stem : file] = hash;
        }
    }
    return all;
}

static Error mismatch(const Path& file)
{
    return {ErrorKind::Malformed, cat(file.native(), ": the SHA-512 does not match"),
            "fetch it again; if it still differs, do not install it"};
}

static Result<> check_binary(const Reader& reader, const Path& file, std::string_view bytes)
{
    if (is_web_page(bytes))
        return Error{ErrorKind::Malformed,
                     cat(file.native(), ": a web page, not a binary: the address it was fetched "
                                        "from is gone"),
                     "since 2026-09 gVisor is published as gvisor.tar.bz2"};
    const auto machine = elf_machine(bytes);
    if (!machine)
        return Error{ErrorKind::Malformed, cat(file.native(), ": not an ELF binary"), {}};
    if (*machine != reader.machine)
        return Error{ErrorKind::Unsupported,
                     cat(file.native(), ": built for ", *machine, ", this is ", reader.machine),
                     cat("fetch the release for ", reader.machine)};
    return done;
}

// One binary into the bundle, copied to `staging` unless it is there already.
static Result<> take(const Reader& reader, const Path& directory, const std::string& name,
                     const Checksums* sums, GvisorBundle& bundle)
{
    const auto bytes = TRY(reader.host.read(directory / name));
    TRY(check_binary(reader, directory / name, bytes));
    const auto hash = reader.sha512(bytes);
    if (sums != nullptr) {
        const auto known = sums->find(name);
        const bool is_listed = known != sums->end();
        if (is_listed && known->second != hash)
            return mismatch(directory / name);
        // the manifest judges all files together, when they are there
        const bool may_lack = reader.source.allow_unverified || reader.source.manifest != nullptr;
        if (!is_listed && !may_lack)
            return Error{ErrorKind::NotFound, cat((directory / name).native(), ": no checksum"),
                         unverified_hint};
        if (!is_listed)
            bundle.trust = Trust::Nothing;
    }
    if (directory != bundle.directory)
        TRY(reader.host.write(bundle.directory / name, bytes, {.mode = 0755}));
    bundle.files.push_back({name, hash});
    return done;
}

static Result<> take_directory(const Reader& reader, const Path& directory, const Checksums* sums,
                               GvisorBundle& bundle)
{
    const auto names = TRY(reader.host.list(directory));
    if (std::ranges::find(names, required) == names.end())
        return Error{ErrorKind::NotFound, cat(directory.native(), ": holds no runsc"), {}};
    for (const auto name : {required, shim})
        if (std::ranges::find(names, name) != names.end())
            TRY(take(reader, directory, std::string{name}, sums, bundle));
    if (std::ranges::find(names, gvisor_sidecars) == names.end())
        return done;
    for (const auto& name : TRY(reader.host.list(directory / gvisor_sidecars)))
        if (!name.ends_with(".sha512"))
            TRY(take(reader, directory, cat(gvisor_sidecars, "/", name), sums, bundle));
    return done;
}

static Error not_in_manifest(const Reader& reader)
{
    const auto& source = reader.source;
    if (source.wanted != nullptr)
        return {ErrorKind::Malformed,
                cat(source.from.native(), ": the SHA-512 is not the one that the manifest has for ",
                    source.wanted->number),
                "what the server sends is not that release: do not install it"};
    return {ErrorKind::Denied,
            cat(source.from.native(), ": not in the manifest ",
                std::to_string(source.manifest->sequence)),
            "a newer manifest may know it; --allow-unverified installs what nobody vouches for"};
}

static const KnownRelease* known_archive(const Reader& reader, const std::string& hash)
{
    const auto& source = reader.source;
    if (source.manifest == nullptr)
        return nullptr;
    if (source.wanted != nullptr)
        return source.wanted->archive == hash ? source.wanted : nullptr;
    return with_archive(*source.manifest, hash, reader.machine);
}

static Result<> verify_archive(const Reader& reader, std::string_view bytes, GvisorBundle& bundle)
{
    const auto& file = reader.source.from;
    if (is_web_page(bytes))
        return Error{ErrorKind::Malformed, cat(file.native(), ": a web page, not an archive"),
                     "the address that it was fetched from is gone"};
    const auto hash = reader.sha512(bytes);
    if (known_archive(reader, hash) != nullptr)
        return done;
    if (reader.source.manifest != nullptr &&
        (reader.source.wanted != nullptr || !reader.source.allow_unverified))
        return not_in_manifest(reader);
    const auto sums = checksums_at(reader.host, cat(file.native(), ".sha512"));
    if (sums.is_absent() && reader.source.allow_unverified) {
        bundle.trust = Trust::Nothing;
        return done;
    }
    if (sums.is_absent())
        return Error{ErrorKind::NotFound, cat(file.native(), ".sha512 is missing"),
                     unverified_hint};
    const auto& all = TRY(Result<Checksums>{sums});
    auto known = all.find(file.filename().native());
    if (known == all.end() && all.size() == 1)
        known = all.begin();
    if (known == all.end() || known->second != hash)
        return mismatch(file);
    return done;
}

// Some archives hold the files, some a directory of them.
static Result<Path> release_inside(const Host& host, const Path& unpacked)
{
    const auto names = TRY(host.list(unpacked));
    if (std::ranges::find(names, required) != names.end())
        return unpacked;
    for (const auto& name : names)
        if (host.status(unpacked / name / required))
            return unpacked / name;
    return Error{ErrorKind::NotFound, "the archive holds no runsc", {}};
}

static Result<> take_archive(const Reader& reader, GvisorBundle& bundle)
{
    const auto bytes = TRY(reader.host.read(reader.source.from));
    TRY(verify_archive(reader, bytes, bundle));
    // unpacked from what was verified, not from what may stand there by now
    const auto copy = reader.staging / reader.source.from.filename();
    const auto unpacked = reader.staging / "unpacked";
    const Command make{"mkdir", "-p", unpacked.native()};
    const Command unpack{"tar",    "--extract",   "--no-same-owner", "--no-same-permissions",
                         "--file", copy.native(), "--directory",     unpacked.native()};
    TRY(reader.host.write(copy, bytes, {.mode = 0600}));
    TRY(succeeded(reader.host.run(make), make));
    TRY(succeeded(reader.host.run(unpack, {}, {.timeout = unpack_limit}), unpack)
            .hint("apt-get install bzip2 zstd"));
    TRY(reader.host.remove(copy));
    return take_directory(reader, TRY(release_inside(reader.host, unpacked)), nullptr, bundle);
}

static Result<> take_source(const Reader& reader, GvisorBundle& bundle)
{
    const auto& from = reader.source.from;
    const auto status = TRY(reader.host.status(from).during("look at --from"));
    if (status.type != FileType::Directory && is_archive(from))
        return take_archive(reader, bundle);
    const auto directory = status.type == FileType::Directory ? from : from.parent_path();
    const auto sums = TRY(directory_checksums(reader.host, directory));
    return take_directory(reader, directory, &sums, bundle);
}

// As somebody without rights: what root alone may execute would fail in the sandbox.
static Result<std::string> asked_release(const Host& host, const Path& runsc)
{
    const Command ask{"setpriv",        "--reuid=65534", "--regid=65534",
                      "--clear-groups", runsc.native(),  "--version"};
    const auto answer = succeeded(host.query(ask), ask);
    if (!answer)
        return explained(answer.error());
    return release_of(answer->out);
}

// All files together are one release of the manifest's; a mix of two, or one file more, is none.
static Result<const KnownRelease*> known_files(const Reader& reader, GvisorBundle& bundle)
{
    const auto& source = reader.source;
    if (source.manifest == nullptr)
        return nullptr;
    Checksums files;
    for (const auto& file : bundle.files)
        files.emplace(file.name, file.sha512);
    const auto* known = with_files(*source.manifest, files, reader.machine);
    if (known != nullptr && (source.wanted == nullptr || known->number == source.wanted->number)) {
        bundle.trust = Trust::Manifest;
        return known;
    }
    if (source.wanted != nullptr || !source.allow_unverified)
        return not_in_manifest(reader);
    return nullptr;
}

Result<std::string> machine_of(const Host& host)
{
    const auto machine = TRY(succeeded(host.query({"uname", "-m"}), {"uname"}));
    return std::string{trim(machine.out)};
}

Result<GvisorBundle> gvisor_bundle(Host& host, const GvisorSource& source, const Path& staging,
                                   const Digest& sha512)
{
    const Reader reader{host, source, staging, sha512, TRY(machine_of(host))};
    GvisorBundle bundle{.directory = staging / "release", .scratch = staging / "state"};
    TRY(take_source(reader, bundle));
    const auto* known = TRY(known_files(reader, bundle));
    bundle.release = TRY(asked_release(host, bundle.directory / required));
    if (known != nullptr && release_number(bundle.release) != known->number)
        return Error{ErrorKind::Malformed,
                     cat(source.from.native(), ": says it is ", bundle.release,
                         ", the manifest says ", known->number),
                     {}};
    return bundle;
}

}
