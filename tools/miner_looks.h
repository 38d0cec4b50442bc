#pragma once

#include "cli/tool.h"
#include "node/meters.h"
#include "node/node.h"
#include "usage/look.h"

namespace harden {

struct MinerOptions {
    std::string docker_host;
    std::string format = "text";
    bool quiet = false;
    bool show_config = false;
    bool dry_run = false;
    bool watch = false;
    int interval = 0; // seconds; 0: as the rules say
    std::string record;
    std::string action;
    std::string prometheus;
    std::string container; // for explain
    std::string recording; // for replay

    Format wanted() const { return format == "json" ? Format::Json : Format::Text; }
};

// The rules in effect, with what the command line changes of them.
Result<MinerRules> rules_for(const Host& host, const MinerOptions& options);

// What there is to judge at one look. Nothing is changed by it.
struct Scene {
    MinerState before;
    std::unique_ptr<Meters> meters;
    NodeObservation seen;
};
// `places`: the file that remembers where links lead to; empty: none.
Result<Scene> scene_of(const Node& node, const std::string& places);
Look judged(const Node& node, Scene scene, const MinerRules& rules);

// The words of the tool that look.
Result<Exit> look_once(Node& node, const MinerOptions& options);
// The words that answer from what is remembered or recorded: nothing is changed.
Result<Exit> show_status(const Node& node, const MinerOptions& options);
Result<Exit> show_explanation(const Node& node, const MinerOptions& options);
Result<Exit> show_replay(const Node& node, const MinerOptions& options);

}
