#include "steps/gvisor.h"

#include "base/text.h"
#include "daemonjson/daemon.h"
#include "daemonjson/settle.h"
#include "gvisor/layout.h"
#include "gvisor/platform.h"
#include "gvisor/prune.h"
#include "gvisor/release.h"
#include "gvisor/status.h"
#include "steps/daemonjson.h"
#include "steps/gvisor_runtime.h"
#include "steps/transaction.h"

namespace harden {

using namespace std::chrono_literals;

static constexpr auto prove_limit = 120s;
static constexpr auto smoke_limit = 30s;
static constexpr auto commands_directory = "/usr/local/bin";

static Result<bool> holds(const Host& host, const Path& file, std::string_view hash,
                          const Digest& sha512)
{
    const auto bytes = host.read(file);
    if (bytes.is_absent())
        return false;
    return sha512(TRY(Result<std::string>{bytes})) == hash;
}

static Result<bool> install_files(Host& host, const GvisorBundle& bundle, const Digest& sha512)
{
    const auto release = Path{gvisor_directory} / bundle.release;
    bool is_changed = false;
    for (const auto& file : bundle.files) {
        if (TRY(holds(host, release / file.name, file.sha512, sha512)))
            continue;
        const auto bytes = TRY(host.read(bundle.directory / file.name));
        TRY(host.write(release / file.name, bytes, {.mode = 0755}));
        is_changed = true;
    }
    const auto manifest = release / gvisor_manifest;
    const auto written = host.read(manifest);
    const auto listed = written ? checksums(*written) : Result<Checksums>{written.error()};
    if (!listed || *listed != *checksums(bundle.manifest())) {
        TRY(host.write(manifest, bundle.manifest()));
        is_changed = true;
    }
    return is_changed;
}

// Told explicitly wherever the release knows it: what it takes by itself could be another one.
static std::vector<std::string> platform_arguments(const Host& host, const GvisorBundle& bundle,
                                                   const std::string& platform)
{
    const auto flags = host.query({(bundle.directory / "runsc").native(), "flags"});
    const bool is_known = flags && flags->out.find(platform) != std::string::npos;
    if (!is_known)
        return {};
    return {cat("--platform=", platform)};
}

// Before the flip: the binary starts for somebody without rights, and a sandbox runs a program.
static Result<> smoke_test(Host& host, const GvisorBundle& bundle, const std::string& platform)
{
    const auto runsc = Path{gvisor_directory} / bundle.release / "runsc";
    Command sandbox = {runsc.native(), "--root", bundle.scratch.native(), "--network=none",
                       "--ignore-cgroups"};
    for (auto& argument : platform_arguments(host, bundle, platform))
        sandbox.push_back(std::move(argument));
    sandbox.insert(sandbox.end(), {"do", "/bin/true"});
    const std::vector<Command> tests = {{"setpriv", "--reuid=65534", "--regid=65534",
                                         "--clear-groups", runsc.native(), "--version"},
                                        sandbox};
    for (const auto& test : tests) {
        const auto answer = succeeded(host.run(test, {}, {.timeout = smoke_limit}), test);
        if (!answer)
            return explained(answer.error());
    }
    return done;
}

static Command prove_command(const Host& host, const std::vector<std::string>& arguments)
{
    const auto self = host.status("/proc/self/exe");
    const bool is_able = self && self->target.filename() == "gvisor-install";
    Command command{is_able ? self->target.native() : "/usr/libexec/harden/gvisor-install",
                    "prove"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

static Result<> prove(Host& host, const std::vector<std::string>& arguments)
{
    const auto command = prove_command(host, arguments);
    TRY(succeeded(host.run(command, {}, {.timeout = prove_limit}), command));
    return done;
}

// A container of the new release, under a name that nobody uses, while everything else still runs
// with the old one. daemon.json is then byte for byte what it was.
static Result<> try_in_docker(Node& node, const GvisorBundle& bundle, const GvisorWanted& wanted)
{
    auto& host = node.host();
    // dockerd takes no file with such an entry, and there is nothing in use to be spared
    if (is_registration_dead(host))
        return done;
    const auto file = daemon_file(host);
    const auto before = host.read(file);
    if (!before && !before.is_absent())
        return before.error();
    const auto runsc = Path{gvisor_directory} / bundle.release / "runsc";
    const auto document = gvisor_document(
        host, {.name = gvisor_trial_name, .path = runsc.native(), .platform = wanted.platform});
    TRY(apply_document(node, document, wanted.keys));
    TRY(prove(host, {"--runtime", gvisor_trial_name})
            .during(cat("try ", bundle.release, " before it is put in use")));
    TRY(before ? host.write(file, *before) : host.remove(file));
    const auto settle = settle_command(host, {});
    TRY(succeeded(host.run(settle, settle, {.timeout = prove_limit}), settle));
    return done;
}

// `runsc` for people's hands, unless something of theirs has the name.
static Result<> link_command(Host& host)
{
    const auto command = Path{commands_directory} / gvisor_runtime_name;
    return host.status(command).is_absent() ? host.link(command, gvisor_runtime) : done;
}

static Result<bool> put_in_use(Node& node, const GvisorBundle& bundle, const GvisorWanted& wanted)
{
    auto& host = node.host();
    const auto current = current_release(host);
    if (!current && !current.is_absent())
        return current.error();
    const bool is_changed = TRY(install_files(host, bundle, wanted.sha512));
    const bool is_current = current && *current == bundle.release;
    if (is_changed || !is_current) {
        TRY(smoke_test(host, bundle, wanted.platform));
        TRY(try_in_docker(node, bundle, wanted));
    }
    if (!is_current)
        TRY(host.link(gvisor_current, bundle.release));
    return is_changed || !is_current;
}

static Result<> install(Node& node, const GvisorWanted& wanted)
{
    bool is_changed = false;
    if (wanted.bundle)
        is_changed = TRY(put_in_use(node, *wanted.bundle, wanted));
    else
        TRY(current_release(node.host())
                .during("gVisor is not installed")
                .hint("gvisor-install apply --from FILE"));
    TRY(link_command(node.host()));
    const auto document = gvisor_document(node.host(), {.name = gvisor_runtime_name,
                                                        .path = gvisor_runtime,
                                                        .platform = wanted.platform,
                                                        .is_default = wanted.is_default});
    const auto pending = TRY(document_changes(node, document, wanted.keys));
    TRY(apply_document(node, document, wanted.keys));
    if (!is_changed && pending.empty())
        return done;
    return prove(node.host(), wanted.is_default ? std::vector<std::string>{"--default"}
                                                : std::vector<std::string>{});
}

Step gvisor_step(GvisorWanted wanted)
{
    return {.id = "gvisor-install",
            .title = "gVisor",
            .settles = {"gvisor.installed", "gvisor.sandboxed"},
            .apply = [wanted = std::move(wanted)](Node& node) { return install(node, wanted); }};
}

// Where a rollback of the last apply leads back to.
static std::set<std::string> way_back(const Host& host)
{
    std::set<std::string> releases;
    const auto last = last_of(host, "gvisor-install apply");
    if (!last)
        return releases;
    for (const auto& entry : last->entries)
        if (entry.file == gvisor_current && entry.existed)
            releases.insert(entry.before.target.filename().string());
    return releases;
}

Result<std::vector<std::string>> prune_gvisor(Host& host, std::size_t kept)
{
    const auto held = TRY(exclusive(host, "gvisor-install prune"));
    return prune_releases(host, way_back(host), kept);
}

}
