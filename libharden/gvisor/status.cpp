#include "gvisor/status.h"

#include "base/json_view.h"
#include "base/text.h"
#include "gvisor/layout.h"
#include "gvisor/release.h"

#include <algorithm>

namespace harden {

Result<std::string> current_release(const Host& host)
{
    const auto link = TRY(host.status(gvisor_current));
    if (link.type != FileType::Link)
        return Error{ErrorKind::Malformed, cat(gvisor_current, ": not a link"), {}};
    return link.target.filename().string();
}

static Result<std::vector<std::string>> installed_releases(const Host& host)
{
    std::vector<std::string> releases;
    const auto names = host.list(gvisor_directory);
    if (names.is_absent())
        return releases;
    for (const auto& name : TRY(Result<std::vector<std::string>>{names})) {
        const auto status = TRY(host.status(Path{gvisor_directory} / name));
        if (status.type == FileType::Directory)
            releases.push_back(name);
    }
    return releases;
}

static Result<std::vector<std::string>> changed_files(const Host& host, const Path& release,
                                                      const Digest& sha512)
{
    const auto text = host.read(release / gvisor_manifest);
    if (text.is_absent())
        return std::vector<std::string>{gvisor_manifest};
    std::vector<std::string> changed;
    for (const auto& [name, hash] : TRY(checksums(TRY(Result<std::string>{text})))) {
        const auto bytes = host.read(release / name);
        if (!bytes && !bytes.is_absent())
            return bytes.error();
        if (!bytes || sha512(*bytes) != hash)
            changed.push_back(name);
    }
    return changed;
}

Result<GvisorStatus> gvisor_status(const Node& node, const Digest& sha512)
{
    GvisorStatus status;
    status.releases = TRY(installed_releases(node.host()));
    auto current = current_release(node.host());
    if (!current && !current.is_absent())
        return current.error();
    if (current) {
        status.current = *std::move(current);
        status.drift =
            TRY(changed_files(node.host(), Path{gvisor_directory} / status.current, sha512));
    }
    const auto info = node.docker().info();
    if (!info)
        return status;
    status.docker_answers = true;
    const auto runtime = info->runtimes.find(gvisor_runtime_name);
    status.is_registered = runtime != info->runtimes.end() && runtime->second == gvisor_runtime;
    status.default_runtime = info->default_runtime;
    return status;
}

std::string render_text(const GvisorStatus& status)
{
    const auto or_none = [](const std::string& text) { return text.empty() ? "none" : text; };
    const auto answer = [&](bool holds) {
        return !status.docker_answers ? "unknown: Docker does not answer" : holds ? "yes" : "no";
    };
    const bool is_default = status.default_runtime == gvisor_runtime_name;
    return cat("releases:   ", or_none(join(status.releases, ", ")), "\n",
               "current:    ", or_none(status.current), "\n",
               "changed:    ", or_none(join(status.drift, ", ")), "\n",
               "registered: ", answer(status.is_registered), "\n",
               "default:    ", answer(is_default), "\n");
}

static std::string quoted_list(const std::vector<std::string>& texts)
{
    std::vector<std::string> quoted;
    for (const auto& text : texts)
        quoted.push_back(json_quoted(text));
    return cat("[", join(quoted, ", "), "]");
}

std::string render_json(const GvisorStatus& status)
{
    return cat("{\n  \"schema\": \"harden.gvisor-install/1\",\n  \"releases\": ",
               quoted_list(status.releases), ",\n  \"current\": ", json_quoted(status.current),
               ",\n  \"drift\": ", quoted_list(status.drift),
               ",\n  \"docker\": ", status.docker_answers ? "true" : "false",
               ",\n  \"registered\": ", status.is_registered ? "true" : "false",
               ",\n  \"default_runtime\": ", json_quoted(status.default_runtime), "\n}\n");
}

}
