#include "usage/webhook_queue.h"

#include "base/json_view.h"

#include <algorithm>

namespace harden {

using std::chrono::milliseconds;

static constexpr std::string_view suffix = ".json";
static constexpr unsigned private_mode = 0600;

Result<std::vector<Path>> queued_webhooks(const Host& host)
{
    const auto names = host.list(webhook_queue);
    std::vector<Path> files;
    if (names.is_absent())
        return files;
    if (!names)
        return names.error();
    for (const auto& name : *names)
        if (!name.starts_with('.') && name.ends_with(suffix))
            files.push_back(Path{webhook_queue} / name);
    return files;
}

// Names sort by the order in which they came, whatever the clock does: "msg_MILLISECONDS_COUNT".
static std::string next_id(const std::vector<Path>& queued, TimePoint now)
{
    constexpr std::size_t digits = 13;
    constexpr std::size_t count_digits = 5;
    const auto padded = [](long long number, std::size_t width) {
        const auto text = std::to_string(number);
        return std::string(width - std::min(width, text.size()), '0') + text;
    };
    long long time = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
    long long count = 0;
    const auto last = queued.empty() ? std::string{} : queued.back().stem().native();
    const auto parts = split(last, '_');
    const auto last_time = parts.size() == 3 ? to_number(parts[1]) : std::nullopt;
    const auto last_count = parts.size() == 3 ? to_number(parts[2]) : std::nullopt;
    if (last_time && last_count && *last_time >= time) {
        time = *last_time;
        count = *last_count + 1;
    }
    return cat("msg_", padded(time, digits), "_", padded(count, count_digits));
}

Result<int> queue_webhook(Host& host, const std::string& body, int most)
{
    const auto clock = TRY(host.now());
    const auto before = TRY(queued_webhooks(host));
    int dropped = 0;
    for (auto excess = static_cast<std::ptrdiff_t>(before.size()) + 1 - most; excess > dropped;
         ++dropped)
        TRY(host.remove(before.at(static_cast<std::size_t>(dropped))));
    const auto id = next_id(before, clock.wall);
    const WebhookEvent event{.id = id, .body = body, .created = to_rfc3339(clock.wall)};
    TRY(host.write(Path{webhook_queue} / cat(id, suffix), render_webhook_event(event),
                   {.mode = private_mode}));
    return dropped;
}

// Its status was 410, which holds until the rules name another address.
static bool is_webhook_stopped(const Host& host, const std::string& address)
{
    const auto stopped = host.read(webhook_stopped_file);
    return stopped && trim(*stopped) == address;
}

std::string webhook_record(std::string_view time, std::string_view id, std::string_view outcome,
                           std::string_view detail)
{
    return cat(R"({"v":1,"event":"webhook","ts":)", json_quoted(time), R"(,"id":)", json_quoted(id),
               R"(,"outcome":)", json_quoted(outcome), R"(,"detail":)", json_quoted(detail), "}\n");
}

namespace {

// The sending of one queue, once.
class Sender {
public:
    Sender(Host& host, const WebhookRules& rules, const WebhookPost& post)
        : host_{host}
        , rules_{rules}
        , post_{post}
    {
    }

    // False: the others had better wait.
    Result<bool> send(const Path& file);
    WebhookRound round;

private:
    Result<> postpone(const Path& file, WebhookEvent event, std::string_view why, TimePoint now);
    Result<bool> took(const Path& file, const WebhookEvent& event, int status, TimePoint now);

    Host& host_;
    const WebhookRules& rules_;
    const WebhookPost& post_;
};

}

Result<> Sender::postpone(const Path& file, WebhookEvent event, std::string_view why, TimePoint now)
{
    ++round.failed;
    ++event.attempts;
    event.not_before = to_rfc3339(now + webhook_delay(event.attempts));
    round.records.push_back(webhook_record(
        to_rfc3339(now), event.id, "failed",
        cat("attempt ", std::to_string(event.attempts), ": ", why, "; again ", event.not_before)));
    return host_.write(file, render_webhook_event(event), {.mode = private_mode});
}

Result<bool> Sender::took(const Path& file, const WebhookEvent& event, int status, TimePoint now)
{
    constexpr int gone = 410;
    const auto shown = cat("status ", std::to_string(status));
    if (status >= 200 && status < 300) {
        TRY(host_.remove(file));
        ++round.sent;
        round.records.push_back(webhook_record(to_rfc3339(now), event.id, "sent", shown));
        return true;
    }
    TRY(postpone(file, event, shown, now));
    if (status != gone)
        return true;
    TRY(host_.write(webhook_stopped_file, cat(rules_.address, "\n"), {.mode = private_mode}));
    round.records.push_back(webhook_record(
        to_rfc3339(now), event.id, "stopped",
        cat("the service is gone (410): nothing is sent until webhook.url names another one, or ",
            webhook_stopped_file, " is removed")));
    return false;
}

Result<bool> Sender::send(const Path& file)
{
    const auto text = host_.read(file);
    if (text.is_absent())
        return true; // dropped meanwhile, to make room
    const auto now = TRY(host_.now()).wall;
    auto event = text ? parse_webhook_event(*text) : Result<WebhookEvent>{text.error()};
    if (!event) {
        TRY(host_.remove(file));
        round.records.push_back(webhook_record(to_rfc3339(now), file.filename().native(), "dropped",
                                               cat("damaged: ", event.error().message)));
        return true;
    }
    if (!is_due(*event, now))
        return true;
    const auto status = post_(*event, now);
    if (status)
        return took(file, *event, *status, now);
    TRY(postpone(file, *event, status.error().message, now));
    return false;
}

Result<WebhookRound> send_webhooks(Host& host, const WebhookRules& rules, const WebhookPost& post,
                                   milliseconds budget)
{
    if (rules.address.empty() || is_webhook_stopped(host, rules.address))
        return WebhookRound{};
    Sender sender{host, rules, post};
    const auto start = TRY(host.now()).since_boot;
    const auto files = TRY(queued_webhooks(host));
    for (const auto& file : files) {
        const auto clock = TRY(host.now());
        if (clock.since_boot - start >= budget)
            break;
        const bool goes_on = TRY(sender.send(file));
        if (!goes_on)
            break;
    }
    return std::move(sender.round);
}

}
