#include "checks/gvisor_facts.h"

#include "checks/docker_facts.h"
#include "gvisor/release.h"

namespace harden {

static constexpr auto runtime_type = "io.containerd.runsc";
// Where a runtime that is registered by type, or by name alone, is looked for.
static constexpr auto program_directories = {"/usr/local/bin", "/usr/bin", "/usr/local/sbin",
                                             "/usr/sbin"};

bool is_gvisor(std::string_view runtime)
{
    const auto name = runtime.substr(runtime.rfind('/') + 1);
    return name.starts_with("runsc") || runtime.starts_with(runtime_type);
}

static std::string program_of(const Host& host, const std::string& runtime)
{
    if (runtime.starts_with('/'))
        return runtime;
    const auto name = runtime.starts_with(runtime_type) ? std::string{"runsc"} : runtime;
    for (const auto* directory : program_directories)
        if (const auto path = cat(directory, "/", name); host.status(path))
            return path;
    return name;
}

static Result<std::string> wrong_with_file(const Host& host, const std::string& path)
{
    const auto head = TRY(host.query({"head", "-c", "64", path}));
    if (head.status != 0)
        return cat(path, " cannot be read: ", escaped(trim(head.err), 120));
    const auto machine = elf_machine(head.out);
    if (!machine)
        return cat(path, " is no program: it begins with \"", escaped(head.out.substr(0, 5)), "\"");
    const auto uname = TRY(host.query({"uname", "-m"}));
    if (*machine != trim(uname.out))
        return cat(path, " is for ", *machine, ", this machine is ", escaped(trim(uname.out)));
    return std::string{};
}

static bool is_root(const Host& host)
{
    const auto status = host.read("/proc/self/status");
    return status && status->find("\nUid:\t0\t") != std::string::npos;
}

// Containers start their sandbox without root's rights, so it is asked for its version without.
static Result<Output> asked_for_version(const Host& host, const std::string& path)
{
    if (!is_root(host))
        return host.query({path, "--version"});
    return host.query({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                       "--no-new-privs", path, "--version"});
}

Result<GvisorRuntimes> gvisor_runtimes(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    GvisorRuntimes found;
    for (const auto& [name, runtime] : info.runtimes) {
        if (!is_gvisor(runtime) && !(runtime.empty() && is_gvisor(name)))
            continue;
        const auto path = program_of(facts.host(), runtime.empty() ? name : runtime);
        GvisorRuntime entry{.name = name, .path = path};
        auto defect = TRY(wrong_with_file(facts.host(), path));
        if (defect.empty()) {
            const auto answer = TRY(asked_for_version(facts.host(), path));
            if (answer.status == 0)
                entry.version = escaped(trim(answer.out.substr(0, answer.out.find('\n'))), 80);
            else
                defect = cat(path, " --version failed without root's rights: ",
                             escaped(trim(answer.err), 120));
        }
        if (found.defect.empty())
            found.defect = defect;
        found.all.push_back(std::move(entry));
    }
    return found;
}

}
