#pragma once

#include "usage/look.h"

namespace harden {

// A look in Prometheus's text format. `queued`: webhooks that wait.
std::string render_prometheus(const Look& look, const MetricsRules& rules, std::size_t queued);

}
