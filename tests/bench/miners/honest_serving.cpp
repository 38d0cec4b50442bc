// Honest workloads that wait for others and answer them.
#include "families.h"

#include <array>

namespace harden::offline {

// Answers of so many bytes a second, with questions a tenth of that.
static void serve(Maker& maker, double low, double high)
{
    maker.send(low, high);
    maker.receive(low / 10, high / 10);
}

static void web(Maker& maker)
{
    maker.use(maker.random().between(0.05, 0.5), 0.12);
    serve(maker, 2e3, 2e5);
    maker.connect("172.18.0.3", 5432); // its database
}

static void web_at_its_limit(Maker& maker)
{
    maker.use(0.9, 0.08);
    serve(maker, 2e4, 4e5);
    maker.connect("172.18.0.3", 5432);
    maker.connect("172.18.0.4", 6379);
}

static void api(Maker& maker)
{
    maker.use(maker.random().between(0.1, 0.6), 0.1);
    serve(maker, 1e3, 5e4);
    maker.connect("172.18.0.3", 3306);
    maker.connect_briefly(443, 3);
}

static void database(Maker& maker)
{
    maker.use(maker.random().between(0.1, 0.6), 0.1);
    serve(maker, 1e3, 1e5);
    maker.grow(120, 900);
}

static void cache(Maker& maker)
{
    maker.use(maker.random().between(0.02, 0.35), 0.04);
    serve(maker, 5e3, 3e5);
    maker.hold(256, 0.001); // its configured size
}

static void game_server(Maker& maker)
{
    const auto level = maker.random().between(0.25, 0.7);
    maker.use(level, maker.random().between(0.015, 0.08)); // ticks never stop
    serve(maker, 3e3, 6e4);
    maker.hold(maker.random().between(500, 2200), 0.01);
    maker.connect(maker.internet_address(), 443); // a list of servers
}

static void websocket_client(Maker& maker)
{
    maker.use(maker.random().between(0.02, 0.2), 0.03);
    maker.send(1, 40);
    maker.receive(1, 60);
    maker.connect(maker.internet_address(), 443);
}

static void chat_bot(Maker& maker)
{
    maker.use(maker.random().between(0.01, 0.1), 0.02);
    maker.send(3, 80);
    maker.receive(10, 300);
    maker.connect(maker.internet_address(), 443);
    maker.connect("172.18.0.3", 6379);
}

static void idle(Maker& maker)
{
    maker.use(0.005, 0.004);
    maker.send(0, 1);
    maker.receive(0, 5);
}

static void idle_with_metrics(Maker& maker)
{
    maker.use(0.015, 0.005);
    maker.send(50, 200);
    maker.receive(10, 40);
    maker.connect(maker.internet_address(), 443);
}

static void monitoring(Maker& maker)
{
    maker.use(maker.random().between(0.05, 0.3), 0.04);
    maker.send(200, 3'000);
    maker.receive(2'000, 50'000);
    for (int i = 0; i < 6; ++i)
        maker.connect(maker.internet_address(), 9100);
}

static void inference(Maker& maker)
{
    maker.use(maker.random().between(0.2, 0.8), 0.15);
    serve(maker, 500, 5e4);
    maker.hold(maker.random().between(900, 4'000), 0.005);
}

static void inference_on_a_gpu(Maker& maker)
{
    maker.use(maker.random().between(0.1, 0.5), 0.1);
    maker.use_gpu(maker.random().between(0.2, 0.9), 0.12);
    serve(maker, 2e3, 8e4);
    maker.hold(maker.random().between(900, 4'000), 0.005);
}

static void live_video(Maker& maker)
{
    maker.use(maker.random().between(0.5, 0.97), 0.02);
    maker.send(2e5, 2.5e5);
    maker.receive(3e5, 3.5e5);
    maker.connect(maker.internet_address(), 1935);
}

static void proxy(Maker& maker)
{
    maker.use(maker.random().between(0.05, 0.3), 0.06);
    serve(maker, 2e4, 4e5);
    maker.work().name = maker.random().pick({"traefik", "coolify-proxy"});
    maker.connect("172.18.0.5", 8080);
}

std::span<const Family> serving_families()
{
    static constexpr std::array families{
        Family{"web", false, 1600, web},
        Family{"web-saturated", false, 180, web_at_its_limit},
        Family{"api", false, 700, api},
        Family{"database", false, 550, database},
        Family{"cache", false, 250, cache},
        Family{"game-server", false, 120, game_server},
        Family{"websocket-client", false, 350, websocket_client},
        Family{"chat-bot", false, 250, chat_bot},
        Family{"idle", false, 1300, idle},
        Family{"idle-metrics", false, 500, idle_with_metrics},
        Family{"monitoring", false, 120, monitoring},
        Family{"inference", false, 200, inference},
        Family{"gpu-inference", false, 40, inference_on_a_gpu},
        Family{"live-video", false, 60, live_video},
        Family{"proxy", false, 80, proxy},
    };
    return families;
}

}
