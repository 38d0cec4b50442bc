#include "steps/gvisor.h"

#include "base/text.h"
#include "gvisor/layout.h"
#include "gvisor/release.h"
#include "gvisor/status.h"
#include "steps/daemonjson.h"

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
    if (!written || *written != bundle.manifest()) {
        TRY(host.write(manifest, bundle.manifest()));
        is_changed = true;
    }
    return is_changed;
}

// Before the flip: the binary starts for somebody without rights, and a sandbox runs a program.
static Result<> smoke_test(Host& host, const GvisorBundle& bundle)
{
    const auto runsc = Path{gvisor_directory} / bundle.release / "runsc";
    const auto state = bundle.directory / "state";
    const std::vector<Command> tests = {{"setpriv", "--reuid=65534", "--regid=65534",
                                         "--clear-groups", runsc.native(), "--version"},
                                        {runsc.native(), "--root", state.native(), "--network=none",
                                         "--ignore-cgroups", "do", "/bin/true"}};
    for (const auto& test : tests) {
        const auto answer = succeeded(host.run(test, {}, {.timeout = smoke_limit}), test);
        if (!answer)
            return explained(answer.error());
    }
    return done;
}

// `runsc` for people's hands, unless something of theirs has the name.
static Result<> link_command(Host& host)
{
    const auto command = Path{commands_directory} / gvisor_runtime_name;
    return host.status(command).is_absent() ? host.link(command, gvisor_runtime) : done;
}

static Result<bool> put_in_use(Host& host, const GvisorBundle& bundle, const Digest& sha512)
{
    const auto current = current_release(host);
    if (!current && !current.is_absent())
        return current.error();
    const bool is_changed = TRY(install_files(host, bundle, sha512));
    const bool is_current = current && *current == bundle.release;
    if (is_changed || !is_current)
        TRY(smoke_test(host, bundle));
    if (!is_current)
        TRY(host.link(gvisor_current, bundle.release));
    return is_changed || !is_current;
}

static Command prove_command(const Host& host, bool is_default)
{
    const auto self = host.status("/proc/self/exe");
    const bool is_able = self && self->target.filename() == "gvisor-install";
    Command command{is_able ? self->target.native() : "/usr/libexec/harden/gvisor-install",
                    "prove"};
    if (is_default)
        command.emplace_back("--default");
    return command;
}

static Result<> install(Node& node, const GvisorWanted& wanted)
{
    bool is_changed = false;
    if (wanted.bundle)
        is_changed = TRY(put_in_use(node.host(), *wanted.bundle, wanted.sha512));
    else
        TRY(current_release(node.host())
                .during("gVisor is not installed")
                .hint("gvisor-install apply --from FILE"));
    TRY(link_command(node.host()));
    const auto document = runtime_document(gvisor_runtime_name, gvisor_runtime, wanted.is_default);
    const auto pending = TRY(document_changes(node, document, wanted.keys));
    TRY(apply_document(node, document, wanted.keys));
    if (!is_changed && pending.empty())
        return done;
    const auto prove = prove_command(node.host(), wanted.is_default);
    TRY(succeeded(node.host().run(prove, {}, {.timeout = prove_limit}), prove));
    return done;
}

Step gvisor_step(GvisorWanted wanted)
{
    return {.id = "gvisor-install",
            .title = "gVisor",
            .settles = {"gvisor.installed", "gvisor.sandboxed"},
            .apply = [wanted = std::move(wanted)](Node& node) { return install(node, wanted); }};
}

}
