#include "checks/changelog.h"

#include "base/text.h"

namespace harden {

// The heads of entries, "runc (1.1.5+ds1-1+deb12u1) bookworm", and names of flaws: a kernel's
// changelog is megabytes, of which little is asked.
static constexpr auto wanted =
    R"(^[a-z0-9.+-]+ \([^)]*\)|CVE-[0-9]{4}-[0-9]+|GHSA(-[a-z0-9]{4}){3})";

static std::string version_in(std::string_view head)
{
    const auto begin = head.find('(');
    const auto end = head.find(')');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
        return {};
    auto version = head.substr(begin + 1, end - begin - 1);
    return std::string{version.substr(version.find(':') + 1)};
}

Result<Changelog> changelog_of(const Host& host, const std::vector<std::string>& packages)
{
    Changelog found;
    for (const auto& package : packages)
        for (const auto* name : {"changelog.Debian.gz", "changelog.gz"}) {
            const auto file = cat("/usr/share/doc/", package, "/", name);
            const auto text = host.query({"zgrep", "-hoE", wanted, file});
            if (!text && text.error().kind == ErrorKind::TimedOut)
                return text.error();
            if (!text || text->status != 0)
                continue;
            for (const auto line : lines(text->out)) {
                if (line.ends_with(')') && found.version.empty())
                    found.version = version_in(line);
                else if (!line.ends_with(')'))
                    found.flaws.emplace(line);
            }
            found.file = file;
            if (!found.flaws.empty())
                return found;
        }
    return found;
}

}
