#include "usage/webhook.h"

#include "base/json_view.h"

#include <algorithm>
#include <array>

namespace harden {

using namespace std::chrono_literals;

static constexpr std::array<std::chrono::seconds, 6> delays{5s, 5min, 30min, 2h, 5h, 10h};

std::string webhook_body(std::string_view type, std::string_view time, std::string_view node,
                         std::string_view data)
{
    return cat(R"({"type":)", json_quoted(type), R"(,"timestamp":)", json_quoted(time),
               R"(,"node":)", json_quoted(node), R"(,"data":)", data, "}");
}

std::string render_webhook_event(const WebhookEvent& event)
{
    return cat(R"({"v":1,"id":)", json_quoted(event.id), R"(,"created":)",
               json_quoted(event.created), R"(,"attempts":)", std::to_string(event.attempts),
               R"(,"not_before":)", json_quoted(event.not_before), R"(,"body":)",
               json_quoted(event.body), "}\n");
}

static bool is_id(std::string_view text)
{
    constexpr std::size_t longest = 64;
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '_';
    });
}

Result<WebhookEvent> parse_webhook_event(std::string_view text)
{
    constexpr std::int64_t most_attempts = 1'000'000;
    const auto row = TRY(parse_json(text));
    WebhookEvent event{.id = row.text("id"),
                       .body = row.text("body"),
                       .created = row.text("created"),
                       .not_before = row.text("not_before")};
    const auto attempts = row.integer("attempts");
    if (row.integer("v") != 1 || !is_id(event.id) || event.body.empty() || attempts < 0 ||
        attempts > most_attempts)
        row.complain("is no queued event");
    if (!row.problem().empty())
        return Error{ErrorKind::Malformed, row.problem(), {}};
    event.attempts = static_cast<int>(attempts);
    return event;
}

std::chrono::seconds webhook_delay(int attempts)
{
    const auto last = static_cast<int>(delays.size()) - 1;
    return delays.at(static_cast<std::size_t>(std::clamp(attempts - 1, 0, last)));
}

bool is_due(const WebhookEvent& event, TimePoint now)
{
    const auto time = from_rfc3339(event.not_before);
    return !time || now >= *time || *time - now > delays.back();
}

}
