#pragma once

#include "cli/tool.h"
#include "node/node.h"

#include <string>
#include <vector>

// What `harden scan` was asked, and its answer.
struct ScanAsked {
    std::vector<std::string> paths;
    std::string start_command;
    std::vector<std::string> images;
    std::string kind;
    bool run_args = false;
    std::string tier;
    std::string print_run_args;
    std::string fail_on = "reject";
    std::string format = "text";
    std::string explain;
    bool no_ignore = false;
    bool self_test = false;
    bool show_config = false;
};

harden::Result<harden::Exit> answer(const harden::Node& node, const ScanAsked& asked);
