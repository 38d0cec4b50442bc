#include "steps/provision_sources.h"

namespace harden {

static constexpr std::uint64_t mebibyte = 1ULL << 20U;
static constexpr std::uint64_t spare_room = 16 * mebibyte;
// a package and a release unpack to about this many times their size
static constexpr std::uint64_t unpacked = 4;

static Result<std::string> hash(const Host& here, const Command& files,
                                const std::string& input = {})
{
    const CommandOptions options{.timeout = std::chrono::minutes{5}, .input = input};
    Command command{"sha256sum"};
    command.insert(command.end(), files.begin(), files.end());
    return TRY(succeeded(here.query(command, options), {"sha256sum"})).out;
}

static std::string first_word(std::string_view text)
{
    return std::string{text.substr(0, text.find(' '))};
}

static Result<> collect(const Host& here, const Path& directory, Command& files,
                        std::uint64_t& size)
{
    for (const auto& name : TRY(here.list(directory))) {
        const auto status = TRY(here.status(directory / name));
        if (status.type == FileType::Directory)
            TRY(collect(here, directory / name, files, size));
        if (status.type != FileType::Regular)
            continue;
        files.push_back((directory / name).string());
        size += status.size;
    }
    return done;
}

// Names are taken relative to the directory, so that a copy elsewhere has the same fingerprint.
static Result<Source> look_at_directory(const Host& here, const Path& path)
{
    Source source{.path = path, .is_directory = true};
    Command files;
    TRY(collect(here, path, files, source.size));
    if (files.empty())
        return Error{ErrorKind::NotFound, cat(path.string(), " holds no files"), ""};
    std::string listing;
    const auto hashes = TRY(hash(here, files));
    for (const auto line : lines(hashes)) {
        const auto name = line.find(path.string());
        listing += cat(
            first_word(line),
            name == std::string_view::npos ? "" : line.substr(name + path.string().size()), "\n");
    }
    source.fingerprint = first_word(TRY(hash(here, {}, listing)));
    return source;
}

Result<Source> look_at_source(const Host& here, const Path& path)
{
    if (path.empty())
        return Source{};
    std::error_code ignored;
    const auto whole = path.lexically_normal();
    const auto real = whole.has_filename() ? whole : whole.parent_path();
    auto status = TRY(here.status(real));
    if (status.type == FileType::Link)
        status = TRY(here.status((real.parent_path() / status.target).lexically_normal()));
    if (status.type == FileType::Directory)
        return look_at_directory(here, real);
    if (status.type != FileType::Regular)
        return Error{ErrorKind::Unsupported,
                     cat(path.string(), " is neither a file nor a directory"), ""};
    return Source{.path = real,
                  .size = status.size,
                  .fingerprint = first_word(TRY(hash(here, {real.string()})))};
}

Result<Path> find_package(const Host& here, const std::vector<Path>& directories,
                          std::string_view version, std::string_view architecture)
{
    const auto name = cat("harden_", version, "_", architecture, ".deb");
    for (const auto& directory : directories)
        if (here.status(directory / name))
            return directory / name;
    return Error{ErrorKind::NotFound, cat("there is no ", name, " to install on the node"),
                 "build it with ./dev package, or name it with --package FILE"};
}

std::string package_version(const Path& package)
{
    const auto name = package.filename().string();
    const auto parts = split(name, '_');
    return parts.size() == 3 && parts[0] == "harden" ? std::string{parts[1]} : "";
}

bool package_is_current(const NodeFacts& facts, const Source& package)
{
    return !facts.package_version.empty() && facts.package_version == facts.package_recorded &&
           facts.package_sha256 == package.fingerprint;
}

// Without a source the node keeps the release it has.
bool gvisor_is_current(const NodeFacts& facts, const Source& gvisor)
{
    return !facts.gvisor_release.empty() &&
           (gvisor.path.empty() || facts.gvisor_source == gvisor.fingerprint);
}

static Result<> check_room_at(std::string_view where, std::uint64_t free, std::uint64_t needed)
{
    if (free >= needed)
        return done;
    return Error{ErrorKind::Failed,
                 cat("the node's disk is too full: ", std::to_string(free / mebibyte),
                     " MiB are free at ", where, ", setup needs ",
                     std::to_string(needed / mebibyte)),
                 "make room: apt-get clean; journalctl --vacuum-size=100M; docker image prune"};
}

Result<> check_room(const NodeFacts& facts, const Sources& sources)
{
    const auto package = package_is_current(facts, sources.package)
                             ? 0
                             : sources.package.size + 2 * sources.bundle.size;
    const auto gvisor = gvisor_is_current(facts, sources.gvisor) ? 0 : sources.gvisor.size;
    if (package + gvisor == 0)
        return done;
    TRY(check_room_at("/var/lib/harden", facts.free_state, package + 2 * gvisor + spare_room));
    TRY(check_room_at("/var/lib", facts.free_var, package + 2 * gvisor + spare_room));
    return check_room_at("/usr", facts.free_usr, unpacked * (package + gvisor) + spare_room);
}

}
