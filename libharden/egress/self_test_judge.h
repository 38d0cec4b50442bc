#pragma once

#include "egress/self_test_questions.h"
#include "report/report.h"

#include <string>
#include <vector>

namespace harden {

bool is_v6(const PacketQuestion& question);
std::string to_text(const PacketQuestion& question); // "203.0.113.10:25", "udp [2001:db8::10]:53"

// Pass, Fail or Unknown, and what was seen.
struct TestOutcome {
    Verdict verdict = Verdict::Unknown;
    std::string what;
};

// The control that must have been open on the same way, or why none was.
struct ControlOutcome {
    bool is_open = false;
    std::string what;
};
ControlOutcome control_of(const PacketQuestion& question, const std::vector<PacketAnswer>& answers,
                          const NetworkTest& test);

// A packet that fared otherwise than wanted fails whatever became of the control; one that was
// refused as wanted passes only where the control was open.
TestOutcome judged(const GroupTest& group, const NetworkTest& test,
                   const std::vector<PacketAnswer>& answers);

}
