#include "node/docker_endpoint.h"

#include <algorithm>
#include <array>

namespace harden {

Result<Path> docker_socket_path(std::string_view docker_host)
{
    constexpr std::string_view unix_scheme = "unix://";
    constexpr std::size_t longest = 107; // bytes in sockaddr_un, less the final zero
    if (docker_host.empty())
        return Path{default_docker_socket};
    if (!docker_host.starts_with(unix_scheme) && docker_host.find("://") != std::string_view::npos)
        return Error{
            ErrorKind::Unsupported,
            cat("docker at ", escaped(docker_host), " is not a unix socket"),
            cat("unset DOCKER_HOST, or pass --docker-host unix://", default_docker_socket)};
    if (docker_host.starts_with(unix_scheme))
        docker_host.remove_prefix(unix_scheme.size());
    if (!docker_host.starts_with('/') || docker_host.size() > longest)
        return Error{ErrorKind::Malformed,
                     cat("docker host '", escaped(docker_host), "' is no path of a socket"),
                     cat("write it as unix://", default_docker_socket)};
    return Path{docker_host};
}

struct ApiVersion {
    long long major = 0;
    long long minor = 0;
    auto operator<=>(const ApiVersion&) const = default;
};

static std::optional<ApiVersion> api_version_of(std::string_view text)
{
    const auto parts = split(text, '.');
    if (parts.size() != 2)
        return std::nullopt;
    const auto major = to_number(parts[0]);
    const auto minor = to_number(parts[1]);
    if (!major || !minor || *major < 1 || *minor < 0)
        return std::nullopt;
    return ApiVersion{*major, *minor};
}

Result<std::string> negotiated_api_version(std::string_view daemons)
{
    // Every field we read has stood since 1.40 (Docker 19.03); Docker 29 asks for 1.44 or later.
    constexpr ApiVersion lowest{1, 40};
    constexpr ApiVersion highest{1, 47};
    const auto offered = api_version_of(daemons);
    if (!offered)
        return Error{ErrorKind::Malformed,
                     cat("docker names no API version: '", escaped(daemons, 32), "'"),
                     "check that a Docker Engine listens at that socket"};
    if (*offered < lowest)
        return Error{ErrorKind::Unsupported,
                     cat("docker speaks API ", escaped(daemons, 32), ", older than 1.40"),
                     "upgrade Docker to 19.03 or later"};
    const auto common = std::min(*offered, highest);
    return cat(std::to_string(common.major), ".", std::to_string(common.minor));
}

static bool is_plain(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_' || byte == '.';
}

std::string in_target(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const auto byte : text) {
        if (is_plain(byte)) {
            encoded += byte;
            continue;
        }
        const auto value = static_cast<unsigned char>(byte);
        encoded += {'%', digits[value >> 4U], digits[value & 15U]};
    }
    return encoded;
}

std::pair<std::string, std::string> image_name_parts(std::string_view name)
{
    const auto slash = name.rfind('/');
    const auto colon = name.rfind(':');
    const auto is_tag =
        colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
    if (!is_tag)
        return {std::string{name}, "latest"};
    return {std::string{name.substr(0, colon)}, std::string{name.substr(colon + 1)}};
}

}
