#include "checks/versions.h"

#include "checks/changelog.h"
#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/gvisor_facts.h"
#include "checks/packages.h"
#include "checks/verify_rules.h"
#include "checks/version.h"
#include "gvisor/release.h"

#include <algorithm>

namespace harden {

// What the daemon calls the parts that it reports the version of.
static std::string version_of(const DockerInfo& info, std::string_view component)
{
    if (component == "docker" || component == "buildkit") // which is built in
        return info.version;
    const auto found = info.components.find(component);
    return found == info.components.end() ? std::string{} : found->second;
}

// Docker tells runc's version only where runc is its default runtime: "runc version 1.1.5+ds1".
static std::string told_by_program(const Host& host, const std::string& component)
{
    const auto answer = host.query({component, "--version"});
    const auto all =
        answer && answer->status == 0 ? lines(answer->out) : std::vector<std::string_view>{};
    const auto words = split(all.empty() ? std::string_view{} : all.front(), ' ');
    return words.size() > 2 && words[1] == "version" ? std::string{words[2]} : std::string{};
}

static Error untold(std::string_view component, std::string_view text)
{
    return {ErrorKind::Malformed,
            cat("nobody tells the version of ", component, " (\"", escaped(text, 60), "\")"),
            {}};
}

static bool has(const Version& version, const KnownFlaw& flaw)
{
    const auto since = parse_version(flaw.since);
    return !(since && version < *since) && !has_fix(version, flaw.fixed_in);
}

// "9.2p1-2+deb12u7" is a later package of the same upstream version as "9.2p1-2+deb12u3".
static bool is_fixed_package(const KnownFlaw& flaw, std::string_view package)
{
    const auto upstream = [](std::string_view version) {
        return version.substr(0, version.rfind('-'));
    };
    return std::ranges::any_of(flaw.fixed_packages, [&](const std::string& fixed) {
        return upstream(fixed) == upstream(package) && !is_older(package, fixed);
    });
}

static ComponentFlaws judged(const KnownFlaws& known, std::string_view component,
                             const Version& version, const Changelog& changelog)
{
    ComponentFlaws found{.changelog = changelog.file, .package = changelog.version};
    for (const auto& flaw : known.flaws) {
        if (flaw.component != component)
            continue;
        if (!has(version, flaw))
            ++found.by_version;
        else if (changelog.flaws.contains(flaw.name))
            ++found.by_changelog;
        else if (is_fixed_package(flaw, changelog.version))
            ++found.by_package;
        else
            found.open.push_back(flaw.name);
    }
    return found;
}

// A changelog speaks of the package that it came with, not of a program from elsewhere. An sshd
// says "9.2" of 9.2p1.
static bool is_of(const Changelog& changelog, const Version& version, std::string_view component)
{
    const auto package = parse_version(changelog.version);
    const bool is_short = component == "openssh" && version.patch == 0;
    return package && package->major == version.major && package->minor == version.minor &&
           (package->patch == version.patch || is_short);
}

static Result<ComponentFlaws> flaws_of(const Facts& facts, std::string_view component,
                                       const std::string& text)
{
    const auto known = TRY(facts.once(verify_rules)).flaws;
    const auto version = parse_version(text);
    if (!version)
        return untold(component, text);
    const auto package = known.packages.find(component);
    auto changelog = package == known.packages.end()
                         ? Changelog{}
                         : TRY(changelog_of(facts.host(), {package->second}));
    if (!is_of(changelog, *version, component))
        changelog = {};
    auto found = judged(known, component, *version, changelog);
    found.version = text;
    return found;
}

static Result<ComponentFlaws> engine_flaws(const Facts& facts, const std::string& component)
{
    const auto info = TRY(facts.once(docker_info));
    auto text = version_of(info, component);
    if (text.empty())
        text = told_by_program(facts.host(), component);
    return flaws_of(facts, component, text);
}

Result<ComponentFlaws> docker_flaws(const Facts& facts)
{
    return engine_flaws(facts, "docker");
}

// The table is a snapshot: what it does not know is unknown once it is old.
static Result<Outcome> verdict(const Facts& facts, const ComponentFlaws& found)
{
    const auto known = TRY(facts.once(verify_rules)).flaws;
    const auto text = escaped(found.version, 60);
    auto evidence = cat(text, ": ", std::to_string(found.by_version), " flaws closed by version");
    if (found.by_changelog > 0)
        evidence += cat(", ", std::to_string(found.by_changelog), " by ", found.changelog);
    if (found.by_package > 0)
        evidence +=
            cat(", ", std::to_string(found.by_package), " by package ", escaped(found.package, 60));
    if (!found.open.empty())
        return fail(cat(text, ": ", join(found.open, ", ")));
    const auto age =
        std::chrono::floor<std::chrono::days>(TRY(facts.host().now()).wall) - known.as_of;
    if (age > known.stale_after)
        return Error{
            ErrorKind::Failed,
            cat(evidence, ", but the list of flaws is ", std::to_string(age.count()), " days old"),
            "install a newer harden"};
    return pass(evidence);
}

template<const char* component>
static Result<Outcome> of_engine(const Facts& facts)
{
    return verdict(facts, TRY(engine_flaws(facts, component)));
}

static Result<Outcome> of_docker(const Facts& facts)
{
    return verdict(facts, TRY(facts.once(docker_flaws)));
}

// "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17": older ones say so while they refuse the option.
static Result<Outcome> of_openssh(const Facts& facts)
{
    const auto answer = facts.host().query({"sshd", "-V"});
    if (answer.is_absent())
        return not_applicable("no sshd is installed");
    const auto output = TRY(answer);
    const auto said = cat(output.out, output.err);
    constexpr std::string_view mark = "OpenSSH_";
    const auto begin = said.find(mark);
    if (begin == std::string::npos)
        return untold("openssh", said.substr(0, 60));
    const auto rest = said.substr(begin + mark.size());
    return verdict(facts,
                   TRY(flaws_of(facts, "openssh", rest.substr(0, rest.find_first_of(" ,\n")))));
}

// Its own version, where the distribution says which stable one it is built from: "Debian 6.1.55-1"
// of /proc/sys/kernel/version, the last word of Ubuntu's /proc/version_signature.
static Result<std::string> kernel_version(const Host& host)
{
    const auto release = TRY(host.read("/proc/sys/kernel/osrelease"));
    const auto signature = host.read("/proc/version_signature");
    if (signature) {
        const auto words = split(trim(*signature), ' ');
        return std::string{words.back()};
    }
    const auto build = TRY(host.read("/proc/sys/kernel/version"));
    constexpr std::string_view mark = "Debian ";
    if (const auto at = build.find(mark); at != std::string::npos) {
        const auto rest = build.substr(at + mark.size());
        return rest.substr(0, rest.find_first_of(" \n"));
    }
    return std::string{trim(release)};
}

static Result<Outcome> of_kernel(const Facts& facts)
{
    const auto& host = facts.host();
    const auto text = TRY(kernel_version(host));
    const auto version = parse_version(text);
    if (!version)
        return untold("the kernel", text);
    const auto release = std::string{trim(TRY(host.read("/proc/sys/kernel/osrelease")))};
    const auto known = TRY(facts.once(verify_rules)).flaws;
    const bool is_plain = release.find_first_of("/ ") == std::string::npos;
    const auto changelog = is_plain ? TRY(changelog_of(host, {cat("linux-image-", release),
                                                              cat("linux-modules-", release)}))
                                    : Changelog{};
    auto found = judged(known, "kernel", *version, changelog);
    found.version = text;
    return verdict(facts, found);
}

// "NVIDIA Container Toolkit CLI version 1.17.8"
static Result<Outcome> of_nvidia(const Facts& facts)
{
    const auto answer = facts.host().query({"nvidia-ctk", "--version"});
    if (answer.is_absent())
        return not_applicable("no NVIDIA toolkit is installed");
    const auto said = TRY(answer).out;
    constexpr std::string_view mark = "version ";
    const auto begin = said.find(mark);
    const auto rest = begin == std::string::npos ? "" : said.substr(begin + mark.size());
    return verdict(
        facts, TRY(flaws_of(facts, "nvidia-toolkit", rest.substr(0, rest.find_first_of(" \n")))));
}

// Its releases are days, and what is fixed is fixed by the next one: an old one has open flaws.
static Result<Outcome> of_gvisor(const Facts& facts)
{
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    if (runtimes.all.empty())
        return not_applicable("docker knows no gVisor runtime");
    const auto rules = TRY(facts.once(verify_rules));
    const auto today = std::chrono::floor<std::chrono::days>(TRY(facts.host().now()).wall);
    for (const auto& runtime : runtimes.all) {
        const auto day = release_day(runtime.version);
        if (!day)
            return untold("gVisor", runtime.version);
        const std::chrono::year_month_day date{*day};
        const Version version{.major = static_cast<int>(date.year()) * 10'000 +
                                       static_cast<int>(static_cast<unsigned>(date.month())) * 100 +
                                       static_cast<int>(static_cast<unsigned>(date.day()))};
        auto found = judged(rules.flaws, "gvisor", version, {});
        found.version = runtime.version;
        if (!found.open.empty())
            return verdict(facts, found);
        if (today - *day > rules.gvisor.outdated_after)
            return fail(cat(escaped(runtime.version, 60), ": without ",
                            std::to_string((today - *day).count()), " days of fixes"));
    }
    return verdict(facts, {.version = runtimes.all.front().version});
}

static constexpr char runc[] = "runc";
static constexpr char containerd[] = "containerd";
static constexpr char buildkit[] = "buildkit";

static Check row(std::string_view id, std::string_view title, Severity severity,
                 std::string_view why, Result<Outcome> (*look)(const Facts&))
{
    return {.id = id,
            .group = "Known-Vulnerable Versions",
            .title = title,
            .severity = severity,
            .remedy = "upgrade the package, or waive the flaws that do not apply",
            .why = why,
            .look = look};
}

std::vector<Check> version_checks()
{
    using enum Severity;
    return {
        row("cve.runc", "runc has no known escape", Critical,
            "An image or a container breaks out to the host. The version that Docker tells, "
            "against "
            "a dated table; a package's changelog that names a flaw closes it.",
            of_engine<runc>),
        row("cve.containerd", "containerd has no known escape", Critical,
            "As for runc, one storey above it. Asked in the same way.", of_engine<containerd>),
        row("cve.docker", "Docker has no known critical flaw", Critical,
            "As for runc, in the daemon that is root. Asked in the same way.", of_docker),
        row("cve.buildkit", "BuildKit has no known escape", Critical,
            "A Dockerfile breaks out of its build. By the version of the Docker that it is built "
            "into.",
            of_engine<buildkit>),
        row("cve.openssh", "OpenSSH has no known critical flaw", High,
            "The one service that the whole internet may talk to. The version that sshd tells, "
            "with the package's changelog.",
            of_openssh),
        row("cve.kernel", "The kernel has no known escape", Critical,
            "Containers share it, except in a sandbox. The running kernel's version, with its "
            "package's changelog.",
            of_kernel),
        row("cve.nvidia-toolkit", "The NVIDIA toolkit has no known escape", High,
            "It runs on the host as root for every container with a GPU. The version that it "
            "tells.",
            of_nvidia),
        row("cve.gvisor", "gVisor has no known escape", High,
            "It is fixed by its next weekly release and not otherwise. By the day of its release.",
            of_gvisor),
    };
}

}
