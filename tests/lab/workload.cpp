// What runs in the containers of the detector's live tests: it behaves like a miner, or like honest
// work that is easily mistaken for one. Nothing is mined: the processor turns a counter and the
// numbers sent to the pool are made up. It stands alone and links statically.
#include "workload_net.h"
#include "workload_work.h"

#include <cstdio>
#include <map>
#include <span>
#include <thread>

using namespace workload;

namespace {

int usage()
{
    std::fputs(
        "usage: workload MODE [SETTING=VALUE…]\n"
        "  pool      answers miners: port\n"
        "  mine      talks to a pool while it works: to, dialect (cryptonote, bitcoin,\n"
        "            ethereum), wire (plain, opaque), memory, percent, period,\n"
        "            pause (seconds between shares, 10)\n"
        "  proxy     passes miners on to a pool: port, to\n"
        "  rpc       asks a chain's node for blocks while it works: to, percent\n"
        "  node      answers rpc: port\n"
        "  queue     takes a job every ten seconds while it works: to, percent\n"
        "  train     goes through its memory, tells a tracker: to, memory\n"
        "  build     starts many short processes that work and write\n"
        "  encode    works on frames and writes them\n"
        "  web       works in bursts\n"
        "  stuck     loops\n"
        "  idle      waits\n"
        "settings: seconds (600), to=ADDRESS:PORT, port, memory (MiB), percent (busy, 100),\n"
        "          period (of that, ms, 1000), words=FILE (kept in memory)\n",
        stderr);
    return 2;
}

// Talks beside the work, until the time is over.
int talk_and_work(const Settings& settings, const Talk& talk)
{
    const auto kept = settings.file("words");
    std::thread talker{[&] { talk(settings); }};
    work(settings);
    talker.join();
    return kept.empty() ? 0 : 0 * kept[0];
}

using Mode = int (*)(const Settings&);
const std::map<std::string, Mode> modes{
    {"pool", [](const Settings& s) { return serve(s, answer_miner); }},
    {"node", [](const Settings& s) { return serve(s, answer_rpc); }},
    {"mine", [](const Settings& s) { return talk_and_work(s, talk_to_pool); }},
    {"rpc", [](const Settings& s) { return talk_and_work(s, talk_to_node); }},
    {"queue", [](const Settings& s) { return talk_and_work(s, talk_to_queue); }},
    {"train", [](const Settings& s) { return talk_and_work(s, talk_to_queue); }},
    {"proxy", [](const Settings& s) { return serve(s, pass_on); }},
    {"build", build},
    {"encode", encode},
    {"web", web},
    {"stuck", [](const Settings& s) { return talk_and_work(s, [](const Settings&) {}); }},
    {"idle", idle},
};

} // namespace

int main(int count, char** words)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const auto settings = Settings::from({words, words + count});
    const auto mode = settings ? modes.find(settings->mode) : modes.end();
    return mode == modes.end() ? usage() : mode->second(*settings);
}
