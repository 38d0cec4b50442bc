#include "daemonjson/docker_version.h"

#include "base/text.h"

namespace harden {

static std::optional<int> leading_number(std::string_view text)
{
    const auto end = text.find_first_not_of("0123456789");
    const auto number = to_number(text.substr(0, end));
    if (!number || *number > 9999)
        return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<DockerVersion> docker_version(std::string_view text)
{
    if (text.starts_with('v'))
        text.remove_prefix(1);
    const auto dot = text.find('.');
    const auto major = to_number(text.substr(0, dot));
    if (!major || *major < 0 || *major > 9999)
        return std::nullopt;
    DockerVersion version{static_cast<int>(*major), 0};
    if (dot == std::string_view::npos)
        return version;
    const auto minor = leading_number(text.substr(dot + 1));
    if (!minor)
        return std::nullopt;
    version.minor = *minor;
    return version;
}

std::string to_text(DockerVersion version)
{
    return cat(std::to_string(version.major), ".", std::to_string(version.minor));
}

}
