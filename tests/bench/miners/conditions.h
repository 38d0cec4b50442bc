#pragma once

#include "workload.h"

namespace harden::offline {

// What befalls a node and its looks while a workload runs. -1: it does not.
struct Conditions {
    bool is_version_1 = false; // control groups that do not tell who waits for a processor
    bool counts_refusals = true;
    bool tracks_flows = true;
    int crowded_from = -1; // other containers want the processors too
    int crowded_until = -1;
    double granted = 1; // of what it then wants
    int restart = -1;   // of the container: another control group under the same id
    int reset = -1;     // counters begin anew in the same control group
    int reboot = -1;
    int other_process = -1; // its first process's number is somebody else's
    int clock_jump = -1;    // of the wall clock
    int too_soon = -1;      // a second look ten seconds after this one
    int new_quota = -1;
    double quota_factor = 1;
    int missed_from = -1; // nobody looks
    int missed_until = -1;
    int unread = -1; // which file cannot be read
    int unread_from = -1;
    int unread_until = -1;
};
inline constexpr int files = 7; // that `unread` counts

Conditions draw_conditions(Random& random, int looks);

}
