#include "steps/provision_bundle.h"

#include "steps/provision_remote.h"

namespace harden {

using namespace std::chrono_literals;

static constexpr auto description_file = "bundle.txt";
static constexpr auto install_timeout = 10min;
static constexpr auto tar_timeout = 2min;

Result<BundleDescription> parse_bundle_description(std::string_view text)
{
    BundleDescription description;
    bool is_bundle = false;
    for (const auto line : lines(text)) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos)
            continue;
        const auto key = line.substr(0, equals);
        const std::string value{trim(line.substr(equals + 1))};
        is_bundle |= key == "harden-bundle" && value == "1";
        if (key == "suite")
            description.suite = value;
        if (key == "architecture")
            description.architecture = value;
        if (key == "package")
            description.package = value;
    }
    const bool is_plain_name = description.package.starts_with("harden_") &&
                               description.package.ends_with(".deb") &&
                               description.package.find('/') == std::string::npos;
    if (!is_bundle || !is_plain_name || description.suite.empty())
        return Error{ErrorKind::Malformed, "it is no bundle of this version",
                     "make one with ./dev package bundle"};
    return description;
}

static Error for_others(const BundleDescription& bundle, const NodeFacts& facts)
{
    return {ErrorKind::Unsupported,
            cat("the bundle is for ", escaped(bundle.suite), " on ", escaped(bundle.architecture),
                ", the node is ", or_none(facts.os_codename), " on ", or_none(facts.architecture)),
            cat("./dev package bundle ", escaped(facts.os_codename))};
}

Result<Path> package_in_bundle(Host& here, const Path& bundle, const NodeFacts& facts,
                               const Path& scratch)
{
    const auto unpack = [&](const std::string& name) -> Result<> {
        const Command command{"tar", "-C", scratch.string(), "-xf", bundle.string(), "--", name};
        TRY(succeeded(here.run(command, {}, {.timeout = tar_timeout}), command));
        return done;
    };
    TRY(unpack(description_file).during(bundle.string()));
    const auto text = TRY(here.read(scratch / description_file));
    const auto description = TRY(parse_bundle_description(text).during(bundle.string()));
    if (description.suite != facts.os_codename || description.architecture != facts.architecture)
        return for_others(description, facts);
    TRY(unpack(description.package));
    return scratch / description.package;
}

// apt that knows the bundle and nothing else: neither the node's sources nor the network.
static Command apt_of_bundle(const std::string& directory, Command words)
{
    Command command{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet"};
    for (const auto& option :
         {cat("Dir::Etc::sourcelist=", directory, "/sources.list"),
          std::string{"Dir::Etc::sourceparts=-"}, cat("Dir::State::lists=", directory, "/lists"),
          std::string{"Dir::Cache::pkgcache="}, std::string{"Dir::Cache::srcpkgcache="},
          std::string{"Dpkg::Options::=--force-confold"}, std::string{"DPkg::Lock::Timeout=120"},
          std::string{"APT::Sandbox::User=root"}})
        command.insert(command.end(), {"-o", option});
    command.insert(command.end(), words.begin(), words.end());
    return command;
}

Result<> install_from_bundle(const Provisioning& with, const std::string& arrived)
{
    auto& remote = with.remote;
    const auto& bundle = with.sources.bundle;
    const auto archive = in_setup("bundle.tar");
    const auto directory = in_setup("bundle");
    const auto package = cat(directory, "/", with.sources.package.path.filename().string());
    TRY(upload_checked(remote, bundle.path, bundle.fingerprint, archive));
    TRY(must(remote, {"rm", "-rf", directory}));
    TRY(must(remote, {"mkdir", "-p", cat(directory, "/lists/partial")}));
    TRY(must(remote, {"tar", "-C", directory, "--no-same-owner", "-xf", archive},
             {.timeout = tar_timeout}));
    TRY(write_record(remote, cat(directory, "/sources.list"),
                     cat("deb [trusted=yes] file:", directory, " ./\n")));
    TRY(must(remote, apt_of_bundle(directory, {"update"}), {.timeout = install_timeout}));
    TRY(must(remote,
             apt_of_bundle(directory, {"install", "--no-install-recommends", "--reinstall",
                                       "--allow-downgrades", package}),
             {.timeout = install_timeout}));
    TRY(put_in_place(remote, package, arrived));
    return must(remote, {"rm", "-rf", directory, archive});
}

}
