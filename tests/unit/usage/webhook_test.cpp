#include "base/json_view.h"
#include "support/catch.hpp"
#include "support/fake_host.h"
#include "usage/webhook_queue.h"

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

namespace {

struct Service {
    FakeHost host;
    WebhookRules rules{.address = "https://hooks.example/x", .most_queued = 3};
    std::vector<std::string> seen; // ids
    std::vector<std::string> bodies;
    int status = 204;
    std::chrono::seconds takes{0};

    void queue(const std::string& body)
    {
        const auto dropped = queue_webhook(host, body, rules.most_queued);
        INFO((dropped ? std::string{} : dropped.error().message));
        REQUIRE(dropped);
    }
    WebhookRound round()
    {
        auto outcome = send_webhooks(
            host, rules,
            [this](const WebhookEvent& event, TimePoint) -> Result<int> {
                seen.push_back(event.id);
                bodies.push_back(event.body);
                host.clock += takes;
                if (status == 0)
                    return Error{ErrorKind::Failed, "no route", {}};
                return status;
            },
            2500ms);
        REQUIRE(outcome);
        return *std::move(outcome);
    }
    std::size_t queued() const { return queued_webhooks(host)->size(); }
};

}

TEST_CASE("events are sent in their order and forgotten when they are taken")
{
    Service service;
    service.queue("one");
    service.queue("two");
    const auto round = service.round();
    CHECK(round.sent == 2);
    CHECK(service.bodies == std::vector<std::string>{"one", "two"});
    CHECK(service.queued() == 0);
    CHECK(service.round().sent == 0);
    for (const auto& record : round.records)
        CHECK(parse_json(record));
}

TEST_CASE("what is not taken comes again with its own id, later and later")
{
    Service service;
    service.status = 500;
    service.queue("one");
    CHECK(service.round().failed == 1);
    CHECK(service.round().failed == 0); // not yet due
    service.host.clock += 5s;
    CHECK(service.round().failed == 1);
    service.host.clock += 299s;
    CHECK(service.round().failed == 0);
    service.host.clock += 1s;
    service.status = 200;
    CHECK(service.round().sent == 1);
    CHECK(service.seen.size() == 3);
    CHECK(service.seen.front() == service.seen.back());
}

TEST_CASE("one that is refused does not hold up the others, nobody answering does")
{
    Service service;
    service.queue("one");
    service.queue("two");
    service.status = 500;
    CHECK(service.round().failed == 2);
    service.host.clock += 10s;
    service.status = 0;
    CHECK(service.round().failed == 1);
    service.host.clock += 10s;
    CHECK(service.round().failed == 1);
    CHECK(service.queued() == 2);
}

TEST_CASE("a round ends when its time is used up")
{
    Service service;
    service.queue("one");
    service.queue("two");
    service.takes = 3s;
    CHECK(service.round().sent == 1);
    CHECK(service.queued() == 1);
}

TEST_CASE("a full queue drops its oldest")
{
    Service service;
    for (const auto* body : {"one", "two", "three"})
        service.queue(body);
    CHECK(*queue_webhook(service.host, "four", 3) == 1);
    service.round();
    CHECK(service.bodies == std::vector<std::string>{"two", "three", "four"});
}

TEST_CASE("a service that is gone is left alone until another one is named")
{
    Service service;
    service.queue("one");
    service.queue("two");
    service.status = 410;
    service.round();
    CHECK(service.seen.size() == 1);
    service.host.clock += 24h;
    service.status = 200;
    CHECK(service.round().sent == 0);
    service.rules.address = "https://hooks.example/y";
    CHECK(service.round().sent == 2);
}

TEST_CASE("a sender that dies anywhere loses nothing")
{
    for (int changes = 0; changes < 3; ++changes) {
        INFO(changes);
        Service service;
        service.queue("one");
        service.queue("two");
        service.host.die_after(changes);
        const auto broken = send_webhooks(
            service.host, service.rules,
            [&](const WebhookEvent& event, TimePoint) -> Result<int> {
                service.bodies.push_back(event.body);
                return 200;
            },
            2500ms);
        CHECK(static_cast<bool>(broken) == (changes >= 2));
        service.host.survive();
        service.round();
        for (const auto* body : {"one", "two"})
            CHECK(std::find(service.bodies.begin(), service.bodies.end(), body) !=
                  service.bodies.end());
        CHECK(service.queued() == 0);
    }
}

TEST_CASE("a queued event that is damaged is dropped and told")
{
    Service service;
    service.host.with_file("/var/lib/harden/webhooks/msg_0000000000000_00000.json",
                           "{\"v\":1,\"id\":\"../x\"");
    service.host.with_file("/var/lib/harden/webhooks/.msg_2.json.harden-7", "half");
    service.queue("one");
    const auto round = service.round();
    CHECK(round.records.front().find("\"dropped\"") != std::string::npos);
    CHECK(service.bodies == std::vector<std::string>{"one"});
}

TEST_CASE("a clock that went back keeps no event waiting for long")
{
    const WebhookEvent event{.id = "msg_1", .body = "x", .not_before = "2030-01-01T00:00:00Z"};
    CHECK(is_due(event, *from_rfc3339("2026-01-01T00:00:00Z")));
    CHECK_FALSE(is_due(event, *from_rfc3339("2029-12-31T23:00:00Z")));
    CHECK(is_due(event, *from_rfc3339("2030-01-01T00:00:00Z")));
}

TEST_CASE("an event comes back from disk as it was")
{
    const WebhookEvent event{"msg_1_00000", "{\"a\":\"\\u001b\\n\"}", "2026-01-01T00:00:00Z", 3,
                             "2026-01-01T00:05:00Z"};
    const auto again = parse_webhook_event(render_webhook_event(event));
    REQUIRE(again);
    CHECK(again->id == event.id);
    CHECK(again->body == event.body);
    CHECK(again->attempts == 3);
    CHECK(again->not_before == event.not_before);
    CHECK_FALSE(parse_webhook_event(R"({"v":1,"id":"a.b","body":"x","attempts":0})"));
    CHECK_FALSE(parse_webhook_event(R"({"v":1,"id":"a","body":"x","attempts":-1})"));
    CHECK_FALSE(parse_webhook_event("{}"));
    CHECK_FALSE(parse_webhook_event(""));
}
