#include "base/time.h"
#include "cli/tool.h"
#include "node/journal.h"
#include "system/file_lock.h"
#include "system/https_post.h"
#include "system/local_node.h"
#include "system/webhook_signature.h"
#include "usage/miner_rules.h"
#include "usage/miner_state.h"
#include "usage/webhook_queue.h"

using namespace harden;

static constexpr auto lock_file = "/var/lib/harden/webhooks.lock";
static constexpr std::chrono::milliseconds budget{2'500}; // no post begins after it
static constexpr std::chrono::milliseconds patience{10'000};
static constexpr std::chrono::milliseconds one_post{2'500};

// Root's own: whoever reads it can forge what we say.
static Result<std::string> secret_in(const Host& host, const Path& file)
{
    constexpr unsigned others = 077;
    const auto status = TRY(
        host.status(file).hint("(umask 077; { printf whsec_; openssl rand -base64 32; } >FILE)"));
    if (status.type != FileType::Regular || status.owner != 0 || (status.mode & others) != 0)
        return Error{ErrorKind::Denied,
                     cat(file.native(), ": others than root may read or change the secret"),
                     cat("chown root ", file.native(), "; chmod 600 ", file.native())};
    return host.read(file);
}

static Result<int> post(const WebhookEvent& event, TimePoint time, const WebhookRules& rules,
                        const std::string& secret)
{
    const auto stamp = std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
    const auto signature = TRY(
        webhook_signature(secret, event.id, stamp, event.body).during(rules.secret_file.native()));
    return https_post({.url = rules.url,
                       .is_plain = rules.is_plain,
                       .authorities = rules.authorities,
                       .headers = {{"webhook-id", event.id},
                                   {"webhook-timestamp", stamp},
                                   {"webhook-signature", signature}},
                       .body = event.body,
                       .timeout = one_post});
}

static Result<ActionRules> rules_of(const Host& host)
{
    const auto configured = TRY(miner_settings(host));
    auto rules = TRY(parse_miner_rules(configured));
    return std::move(rules.actions);
}

// One sender at a time; the lock of the looks is not held meanwhile.
static Result<Exit> send_all(Host& host)
{
    TRY(require_root());
    const auto rules = TRY(rules_of(host)).webhook;
    if (rules.address.empty())
        return Exit::Clean;
    const auto lock = FileLock::take(lock_file, std::chrono::milliseconds{0});
    if (!lock)
        return lock.error().kind == ErrorKind::TimedOut ? Result<Exit>{Exit::Clean} : lock.error();
    const auto secret = TRY(secret_in(host, rules.secret_file));
    const auto round = TRY(send_webhooks(
        host, rules,
        [&](const WebhookEvent& event, TimePoint time) { return post(event, time, rules, secret); },
        budget));
    for (const auto& record : round.records)
        TRY(append(miner_log_file, record));
    return round.failed > 0 ? Exit::Trouble : Exit::Clean;
}

static Result<Exit> send_a_test(Host& host)
{
    TRY(require_root());
    const auto rules = TRY(rules_of(host)).webhook;
    if (rules.address.empty())
        return Error{ErrorKind::Malformed, "no webhook is configured",
                     "webhook.url in /etc/harden/miners.toml"};
    const auto now = TRY(host.now());
    const auto node = host.read("/proc/sys/kernel/hostname");
    const auto body =
        webhook_body("harden.test", to_rfc3339(now.wall), node ? trim(*node) : "", "{}");
    {
        const auto lock = TRY(FileLock::take(miner_lock_file, patience)); // looks queue as well
        TRY(queue_webhook(host, body, rules.most_queued));
    }
    return send_all(host);
}

int main(int argc, char** argv)
{
    const auto local = [] { return LocalNode{no_firewall()}; };
    const Tool tool{
        .name = "harden webhook-send",
        .summary = "Send the miner detector's queued webhooks that are due",
        .words = {{"", "Send what is due", {}, [&] { return send_all(local().node().host()); }},
                  {"test",
                   "Queue a test message and send it",
                   {},
                   [&] { return send_a_test(local().node().host()); }}},
        .footer = "Files: /etc/harden/miners.toml, /var/lib/harden/webhooks/, "
                  "/var/log/miner-detection.log\n"
                  "Exit status: 0 sent or nothing due, 2 something could not be sent",
    };
    return run_tool(tool, argc, argv);
}
