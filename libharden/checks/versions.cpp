#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/verify_rules.h"
#include "checks/version.h"

namespace harden {

static constexpr auto group = "Known-Vulnerable Versions";

// What the daemon calls the parts that it reports the version of.
static std::string version_of(const DockerInfo& info, std::string_view component)
{
    if (component == "docker")
        return info.version;
    const auto found = info.components.find(component);
    return found == info.components.end() ? std::string{} : found->second;
}

// A distribution closes flaws without a new upstream version, and says so in its changelog.
static std::string changelog_of(const Host& host, const std::string& package)
{
    const auto file = cat("/usr/share/doc/", package, "/changelog.Debian.gz");
    const auto text = host.query({"zcat", file});
    return text && text->status == 0 ? text->out : std::string{};
}

static std::vector<std::string> open_flaws(const KnownFlaws& known, std::string_view component,
                                           const Version& version, const std::string& changelog)
{
    std::vector<std::string> open;
    for (const auto& flaw : known.flaws)
        if (flaw.component == component && !has_fix(version, flaw.fixed_in) &&
            changelog.find(flaw.name) == std::string::npos)
            open.push_back(flaw.name);
    return open;
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

static Result<Outcome> without_flaw(const Facts& facts, const std::string& component)
{
    const auto info = TRY(facts.once(docker_info));
    const auto known = TRY(facts.once(verify_rules)).flaws;
    auto text = version_of(info, component);
    if (text.empty())
        text = told_by_program(facts.host(), component);
    const auto version = parse_version(text);
    if (!version)
        return Error{
            ErrorKind::Malformed,
            cat("docker does not tell the version of ", component, " (\"", escaped(text), "\")"),
            {}};
    const auto changelog = changelog_of(facts.host(), known.packages.at(component));
    const auto open = open_flaws(known, component, *version, changelog);
    const auto evidence = cat(escaped(text), changelog.empty() ? "" : ", by its changelog");
    if (!open.empty())
        return fail(cat(evidence, ": ", join(open, ", ")));
    const auto age =
        std::chrono::floor<std::chrono::days>(TRY(facts.host().now()).wall) - known.as_of;
    if (age > known.stale_after)
        return Error{
            ErrorKind::Failed,
            cat(evidence, ", but the list of flaws is ", std::to_string(age.count()), " days old"),
            "install a newer harden"};
    return pass(evidence);
}

static Check row(std::string_view id, std::string_view title, std::string_view component)
{
    return {.id = id,
            .group = group,
            .title = title,
            .severity = Severity::Critical,
            .remedy = "upgrade the package, or waive the flaws that do not apply",
            .look = [component = std::string{component}](const Facts& facts) {
                return without_flaw(facts, component);
            }};
}

std::vector<Check> version_checks()
{
    return {
        row("cve.runc", "runc has no known escape", "runc"),
        row("cve.containerd", "containerd has no known escape", "containerd"),
        row("cve.docker", "Docker has no known critical flaw", "docker"),
    };
}

}
