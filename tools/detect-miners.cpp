#include "miner_looks.h"
#include "steps/detector.h"
#include "system/local_node.h"

using namespace harden;

// What a look may be told.
static std::vector<Option> options_of_a_look(MinerOptions& options)
{
    return {{"--quiet", "Print nothing; the log tells", &options.quiet},
            {"--watch", "Look again and again; print verdicts that change", &options.watch},
            {"--interval", "Seconds between looks", &options.interval, "SECONDS"},
            {"--record", "Add what was seen, for replay", &options.record, "FILE"},
            {"--action", "What is done about miners at the most", &options.action, "NAME"},
            {"--dry-run", "Only say what would be done", &options.dry_run},
            {"--prometheus", "Write metrics for node_exporter", &options.prometheus, "FILE"},
            {"--show-config", "Print the rules in effect and end", &options.show_config}};
}

int main(int argc, char** argv)
{
    MinerOptions options;
    const auto local = [&options] { return LocalNode{no_firewall(), options.docker_host}; };
    const auto changing = [&](const Step& step) -> Result<Exit> {
        TRY(require_root());
        auto node = local();
        return apply_and_show(step, node.node(), "detect-miners", options.wanted());
    };
    const auto plan = [&] {
        return show_plan(detector_step(), local().node(), "detect-miners", options.wanted());
    };
    const Option container{
        "container", "Its name or the beginning of its id", &options.container, "ID", {}, true};
    const Option recording{
        "recording", "What --record wrote; - is standard input", &options.recording, "FILE", {},
        true};
    auto all = options_of_a_look(options);
    all.insert(all.begin(),
               {format_option(&options.format),
                {"--docker-host", "Docker Engine to ask", &options.docker_host, "ENDPOINT"}});
    const Tool tool{
        .name = "harden detect-miners",
        .summary = "Look once at what every container used since the last look, and flag miners",
        .options = std::move(all),
        .words = {{"", "Look once", {}, [&] { return look_once(local().node(), options); }},
                  {"status",
                   "Show what the last look saw",
                   {},
                   [&] { return show_status(local().node(), options); }},
                  {"explain",
                   "Say in sentences why a container is judged so",
                   {container},
                   [&] { return show_explanation(local().node(), options); }},
                  {"replay",
                   "Judge recorded looks; print what the log would say",
                   {recording},
                   [&] { return show_replay(local().node(), options); }},
                  {"plan", "Show what apply would change", {}, plan},
                  {"apply",
                   "Look every five minutes from now on",
                   {},
                   [&] { return changing(detector_step()); }},
                  {"remove",
                   "Stop looking; the log stays",
                   {},
                   [&] { return changing(detector_removal()); }}},
        .footer = "Files: /var/log/miner-detection.log, /etc/harden/miners.toml\n"
                  "Exit status: 0 nothing found, 1 miners or suspects, 2 could not look",
    };
    return run_tool(tool, argc, argv);
}
