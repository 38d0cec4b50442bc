#include "ssh/sshd_settings.h"

#include <algorithm>
#include <cctype>

namespace harden {

static std::string lower(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return result;
}

Result<std::string> SshdSettings::get(std::string_view name) const
{
    const auto found = values_.find(lower(name));
    if (found == values_.end())
        return Error{ErrorKind::NotFound, cat("sshd does not know ", name), {}};
    return found->second.front();
}

std::vector<std::string> SshdSettings::all(std::string_view name) const
{
    const auto found = values_.find(lower(name));
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

bool SshdSettings::has(std::string_view name) const
{
    return values_.contains(lower(name));
}

std::string SshdSettings::joined(std::string_view name) const
{
    return join(all(name), " ");
}

Result<SshdSettings> parse_sshd_settings(std::string_view text)
{
    SshdSettings settings;
    for (const auto line : lines(text)) {
        const auto trimmed = trim(line);
        const auto end = trimmed.find(' ');
        if (trimmed.empty())
            continue;
        const auto value = end == std::string_view::npos ? "" : trim(trimmed.substr(end));
        settings.values_[lower(trimmed.substr(0, end))].emplace_back(value);
    }
    if (settings.values_.empty())
        return Error{ErrorKind::Malformed, "sshd -T printed no setting", {}};
    return settings;
}

std::string to_text(const SshConnection& connection)
{
    auto text =
        cat("user=", connection.user, ",host=", connection.host, ",addr=", connection.address,
            ",laddr=", connection.local_address, ",lport=", connection.local_port);
    if (!connection.routing_domain.empty())
        text += cat(",rdomain=", connection.routing_domain);
    if (connection.invalid_user)
        text += ",invalid-user";
    return text;
}

static Error explained(Error error)
{
    if (error.message.find("privilege separation directory") != std::string::npos)
        error.hint = "create the directory: install -d -m 0755 /run/sshd";
    else if (error.message.find("no hostkeys available") != std::string::npos)
        error.hint = "run this as root";
    else if (error.kind == ErrorKind::NotFound)
        error.hint = "install openssh-server";
    return error;
}

static Result<SshdSettings> ask(const Host& host, const Command& command, std::string_view input)
{
    auto answer =
        succeeded(host.query(command, {.input = std::string{input}}), command).during("ask sshd");
    if (!answer)
        return explained(std::move(answer).error());
    return parse_sshd_settings(answer->out);
}

Result<SshdSettings> effective_sshd_settings(const Host& host, const SshConnection& connection)
{
    return ask(host, {sshd_program, "-T", "-C", to_text(connection)}, {});
}

Result<SshdSettings> rehearsed_sshd_settings(const Host& host, std::string_view configuration,
                                             const SshConnection& connection)
{
    return ask(host, {sshd_program, "-T", "-f", "/dev/stdin", "-C", to_text(connection)},
               configuration);
}

static long long seconds_in(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86'400;
    case 'w':
        return 604'800;
    default:
        return 0;
    }
}

std::string canonical_sshd_value(std::string_view value)
{
    const auto text = lower(trim(value));
    if (text == "prohibit-password")
        return "without-password";
    if (text.size() < 2)
        return text;
    const auto unit = seconds_in(text.back());
    const auto count = to_number(std::string_view{text}.substr(0, text.size() - 1));
    if (unit == 0 || !count || *count < 0 || *count > 100'000)
        return text;
    return std::to_string(*count * unit);
}

}
