// Honest workloads that use all the processor they get, for a while or for good.
#include "families.h"

#include <array>

namespace harden::offline {

static void build(Maker& maker)
{
    const auto from = maker.random().whole(0, 30);
    const auto until = from + maker.random().whole(2, 14);
    maker.use(0.02, 0.01);
    maker.use(0.93, 0.06, from, until);
    maker.receive(1e3, 2e5, from, from + 2); // packages
    maker.send(100, 4e3, from, until);
    maker.grow(60, 700);
}

static void ci_runner(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.02, 0.01);
    maker.send(20, 120);
    maker.receive(20, 200);
    for (int look = random.whole(0, 8); look + 10 < maker.looks(); look += random.whole(8, 20)) {
        const auto until = look + random.whole(1, 7);
        maker.use(0.94, 0.08, look, until);
        maker.send(2e2, 2e4, look, until);
        maker.receive(1e3, 3e5, look, look + 1);
    }
    maker.connect(maker.internet_address(), 443); // waits for its next job
}

static void encode(Maker& maker)
{
    const auto from = maker.random().whole(0, 15);
    const auto until = from + maker.random().whole(6, 30);
    maker.use(0.02, 0.01);
    maker.use(0.97, 0.015, from, until);
    maker.receive(1e4, 1e5, from, until);
    maker.send(1e4, 1e5, from, until);
    maker.hold(maker.random().between(200, 600), 0.03, from, until);
}

static void compress_a_backup(Maker& maker)
{
    const auto from = maker.random().whole(0, 20);
    const auto until = from + maker.random().whole(4, 20);
    maker.use(0.01, 0.005);
    maker.use(0.985, 0.008, from, until);
    maker.hold(maker.random().between(10, 60), 0.01);
    maker.send(2e5, 2e6, until, until + 2); // away with it
}

static void upload_a_backup(Maker& maker)
{
    const auto from = maker.random().whole(0, 20);
    const auto until = from + maker.random().whole(4, 24);
    maker.use(0.01, 0.005);
    maker.use(maker.random().between(0.2, 0.6), 0.05, from, until);
    maker.send(1e6, 8e6, from, until);
    maker.connect(maker.internet_address(), 443, from, until);
}

static void train_with_a_tracker(Maker& maker)
{
    maker.use(0.97, 0.015);
    maker.send(5, 400);
    maker.receive(2, 60);
    maker.hold(maker.random().between(800, 3'000), 0.01);
    maker.connect(maker.internet_address(), 443); // reports its progress
}

static void train_alone(Maker& maker)
{
    const auto until = maker.random().whole(20, maker.looks());
    maker.use(0.01, 0.005);
    maker.use(0.97, 0.02, 0, until);
    maker.receive(1e5, 2e6, 0, 2); // the data
    maker.hold(maker.random().between(800, 3'000), 0.01);
}

static void train_on_a_gpu(Maker& maker)
{
    maker.use(maker.random().between(0.3, 0.7), 0.05);
    maker.use_gpu(maker.random().between(0.85, 0.97), 0.03);
    maker.receive(1e5, 1e6); // the data, from another node
    maker.send(20, 600);
    maker.hold(maker.random().between(2'000, 6'000), 0.02);
    maker.connect(maker.internet_address(), 443);
}

static void batch_by_cron(Maker& maker)
{
    const auto hours = maker.random().whole(1, 8);
    maker.use(0.02, 0.01);
    for (int look = 0; look + hours < maker.looks(); look += 12) {
        maker.use(0.95, 0.03, look, look + hours);
        maker.receive(10, 1e4, look, look + hours);
        maker.send(10, 1e4, look, look + hours);
    }
}

static void reindex_a_database(Maker& maker)
{
    const auto from = maker.random().whole(2, 20);
    const auto until = from + maker.random().whole(8, 30);
    maker.use(maker.random().between(0.1, 0.3), 0.08);
    maker.use(0.95, 0.03, from, until);
    maker.send(1e3, 5e4);
    maker.receive(2e2, 8e3);
    maker.grow(300, 900);
}

static void compute_science(Maker& maker)
{
    maker.use(0.985, 0.008); // and talks to nobody
    maker.send(0, 0.2);
    maker.receive(0, 4);
    maker.hold(maker.random().between(100, 2'500), 0.002);
}

static void simulate_and_report(Maker& maker)
{
    maker.use(0.97, 0.015);
    maker.send(0, 0.2);
    maker.receive(0, 4);
    for (int look = 6; look < maker.looks(); look += 6)
        maker.send(2e3, 5e4, look, look + 1); // results, every half an hour
    maker.work().flows.push_back({maker.internet_address(), 443, 0, maker.looks(), 1});
}

static void queue_worker(Maker& maker)
{
    maker.use(0.96, 0.02);
    maker.send(5, 90);
    maker.receive(5, 120);
    maker.connect("172.18.0.4", 5672);
}

static void queue_worker_in_bursts(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.04, 0.02);
    maker.send(3, 40);
    maker.receive(3, 40);
    for (int look = 0; look + 14 < maker.looks(); look += random.whole(12, 24)) {
        const auto until = look + random.whole(2, 12);
        maker.use(0.93, 0.05, look, until);
        maker.send(100, 3'000, look, until);
        maker.receive(200, 8'000, look, until);
    }
    maker.connect("172.18.0.4", 5672);
}

std::span<const Family> computing_families()
{
    static constexpr std::array families{
        Family{"build", false, 600, build},
        Family{"ci-runner", false, 150, ci_runner},
        Family{"encode", false, 250, encode},
        Family{"backup-gzip", false, 120, compress_a_backup},
        Family{"backup-upload", false, 120, upload_a_backup},
        Family{"ml-tracker", false, 80, train_with_a_tracker},
        Family{"ml-alone", false, 60, train_alone},
        Family{"gpu-training", false, 40, train_on_a_gpu},
        Family{"cron-batch", false, 400, batch_by_cron},
        Family{"db-reindex", false, 100, reindex_a_database},
        Family{"science", false, 60, compute_science},
        Family{"monte-carlo", false, 60, simulate_and_report},
        Family{"queue-worker", false, 90, queue_worker},
        Family{"queue-bursts", false, 110, queue_worker_in_bursts},
    };
    return families;
}

}
