#pragma once

#include "base/settings.h"
#include "node/download.h"
#include "usage/action.h"
#include "usage/exemption.h"

#include <chrono>

namespace harden {

// Who is told, and how. An empty address: nobody.
struct WebhookRules {
    std::string address; // as written
    HttpsUrl url;
    bool is_plain = false; // without TLS
    Path secret_file;
    Path authorities; // PEM; empty: those that the system trusts
    int most_queued = 0;
};

struct MetricsRules {
    Path file; // empty: none
    int most_containers = 0;
};

// What is done about containers that are judged so.
struct ActionRules {
    std::vector<MinerAction> suspect; // a ladder: the mildest first
    std::vector<MinerAction> miner;
    int confirm = 0; // looks in a row with the same verdict before anything is done
    int most_per_run = 0;
    double most_share = 0;            // of the fleet
    std::chrono::seconds cool_down{}; // between two actions on one container
    double limit_processors = 0;
    double confidence = 0;        // least of a judgement after which a container is touched
    double confidence_to_end = 0; // … or ended
    std::vector<Exemption> exemptions;
    WebhookRules webhook;
    MetricsRules metrics;
};

// The tables [actions], [exempt.…], [webhook] and [metrics] of the detector's rules.
Result<ActionRules> action_rules_in(TableReader& document);

// For one look: `miner` ends with this action, whatever the rules say. Malformed: no such action.
Result<> choose_action(ActionRules& rules, std::string_view name);

}
