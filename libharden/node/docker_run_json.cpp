#include "base/json_view.h"
#include "node/docker_json.h"

#include <algorithm>

namespace harden {

static std::string quoted_list(const std::vector<std::string>& texts)
{
    std::vector<std::string> quoted;
    for (const auto& text : texts)
        quoted.push_back(json_quoted(text));
    return cat("[", join(quoted, ","), "]");
}

std::string container_request(const RunOnce& wanted)
{
    // Whatever log driver the daemon defaults to, only this one can always be read back.
    constexpr auto readable_log = R"("LogConfig":{"Type":"json-file","Config":{}})";
    auto host = cat(readable_log, R"(,"NetworkMode":)", json_quoted(wanted.network));
    if (!wanted.runtime.empty())
        host += cat(R"(,"Runtime":)", json_quoted(wanted.runtime));
    if (wanted.memory > 0)
        host += cat(R"(,"Memory":)", std::to_string(wanted.memory));
    return cat(R"({"Image":)", json_quoted(wanted.image), R"(,"Cmd":)", quoted_list(wanted.command),
               R"(,"Labels":{"harden.canary":"1"},"HostConfig":{)", host, "}}");
}

static Error malformed(std::string_view problem)
{
    return {ErrorKind::Malformed, cat("docker's reply makes no sense: ", escaped(problem)), {}};
}

Result<std::string> parse_container_id(std::string_view reply)
{
    const auto answer = TRY(parse_json(reply).during("read docker's reply"));
    auto id = answer.text("Id");
    if (id.empty() || id.find_first_not_of("0123456789abcdef") != std::string::npos)
        return malformed("it names no container");
    return id;
}

Result<int> parse_exit_status(std::string_view reply)
{
    const auto answer = TRY(parse_json(reply).during("read docker's reply"));
    const auto status = answer.number("StatusCode");
    const auto complaint = answer.within("Error").text("Message");
    if (!complaint.empty())
        return Error{ErrorKind::Failed, cat("docker says: ", escaped(complaint)), {}};
    if (!status || *status < 0 || *status > 255)
        return malformed("it has no exit status");
    return static_cast<int>(*status);
}

Result<> parse_import_progress(std::string_view reply)
{
    for (const auto line : lines(reply)) {
        if (trim(line).empty())
            continue;
        const auto progress = TRY(parse_json(line).during("read docker's progress"));
        if (const auto complaint = progress.text("error"); !complaint.empty())
            return Error{ErrorKind::Failed, cat("docker says: ", escaped(complaint)), {}};
    }
    return done;
}

std::string complaint_of(std::string_view reply)
{
    const auto json = parse_json(reply);
    const auto message = json ? json->text("message") : std::string{};
    return escaped(trim(message.empty() ? reply : message));
}

std::string demultiplexed(std::string_view stream, std::size_t limit)
{
    constexpr std::size_t header = 8; // stream number, three zeros, size as 32 bits big-endian
    std::string text;
    while (stream.size() > header && text.size() < limit) {
        std::size_t size = 0;
        for (const auto byte : stream.substr(4, 4))
            size = size << 8U | static_cast<unsigned char>(byte);
        stream.remove_prefix(header);
        const auto payload = stream.substr(0, size);
        text += payload.substr(0, limit - text.size());
        stream.remove_prefix(payload.size());
    }
    return text;
}

}
