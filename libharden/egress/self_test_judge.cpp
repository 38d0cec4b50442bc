#include "egress/self_test_judge.h"

#include "node/ports.h"

#include <algorithm>
#include <map>

namespace harden {

using Expected = PacketQuestion::Expected;

bool is_v6(const PacketQuestion& question)
{
    return question.address.find(':') != std::string::npos;
}

std::string to_text(const PacketQuestion& question)
{
    const bool six = is_v6(question);
    return cat(question.protocol == Protocol::Udp ? "udp " : "", six ? "[" : "", question.address,
               six ? "]:" : ":", std::to_string(question.port));
}

static const PacketAnswer* answer_to(const PacketQuestion& question,
                                     const std::vector<PacketAnswer>& answers)
{
    const auto found = std::ranges::find(answers, question, &PacketAnswer::question);
    return found == answers.end() ? nullptr : &*found;
}

static const PacketQuestion* control_for(const PacketQuestion& question, bool is_to_node,
                                         const NetworkTest& test)
{
    const auto found = std::ranges::find_if(test.controls, [&](const PacketQuestion& control) {
        return is_v6(control) == is_v6(question) && control.protocol == question.protocol &&
               control.is_to_node == is_to_node;
    });
    return found == test.controls.end() ? nullptr : &*found;
}

static bool was_open(const PacketQuestion* control, const std::vector<PacketAnswer>& answers)
{
    const auto* answer = control == nullptr ? nullptr : answer_to(*control, answers);
    return answer != nullptr && answer->fate == PacketFate::Open;
}

// A node whose own firewall lets nothing in does not answer its control either: then one beyond the
// node has to.
ControlOutcome control_of(const PacketQuestion& question, const std::vector<PacketAnswer>& answers,
                          const NetworkTest& test)
{
    const auto* control = control_for(question, question.is_to_node, test);
    if (control == nullptr)
        return {false, "there is no control for it"};
    if (was_open(control, answers))
        return {true, to_text(*control)};
    const auto* beyond = control_for(question, false, test);
    if (question.is_to_node && was_open(beyond, answers))
        return {true, to_text(*beyond)};
    return {false, cat("the control ", to_text(*control),
                       " was not answered either, so a refusal says nothing")};
}

namespace {

// Collects what a line says: the worst of its questions, else the sum of them.
struct Sum {
    std::vector<std::string> wrong;
    std::string unknown;
    std::map<std::string, std::vector<std::string>> fates; // "tcp refused" to ports
};

}

static std::string name_of(PacketFate fate)
{
    switch (fate) {
    case PacketFate::Open:
        return "open";
    case PacketFate::Refused:
        return "refused";
    case PacketFate::Silent:
        return "silent";
    case PacketFate::NoPath:
        break;
    }
    return "not sent";
}

static void add_unknown(Sum& sum, const PacketQuestion& question, const std::string& why)
{
    if (sum.unknown.empty())
        sum.unknown = cat(to_text(question), ": ", why);
}

static void add(Sum& sum, const PacketAnswer& answer, const ControlOutcome& control)
{
    const auto& question = answer.question;
    const bool is_open = answer.fate == PacketFate::Open;
    const bool shall_be_open = question.expected == Expected::Open;
    if (is_open && !shall_be_open)
        sum.wrong.push_back(cat(to_text(question), " was reached"));
    else if (answer.fate == PacketFate::NoPath)
        add_unknown(sum, question, cat("not sent: ", answer.detail));
    else if (!is_open && !control.is_open)
        add_unknown(sum, question, control.what);
    else if (!is_open && shall_be_open)
        sum.wrong.push_back(cat(to_text(question), " was ", name_of(answer.fate)));
    else
        sum.fates[cat(question.protocol == Protocol::Udp ? "udp " : "tcp ", name_of(answer.fate))]
            .push_back(std::to_string(question.port));
}

static std::string summary(const Sum& sum)
{
    std::vector<std::string> parts;
    for (const auto& [fate, all] : sum.fates) {
        std::vector<std::string> ports;
        for (const auto& port : all)
            if (std::ranges::find(ports, port) == ports.end())
                ports.push_back(port);
        parts.push_back(cat(fate.substr(0, 4), join(ports, ","), " ", fate.substr(4)));
    }
    return join(parts, "; ");
}

static std::string first_of(std::vector<std::string> all)
{
    static constexpr std::size_t most_named = 4;
    const auto more = all.size() > most_named ? all.size() - most_named : 0;
    all.resize(all.size() - more);
    return cat(join(all, ", "), more > 0 ? cat(" and ", std::to_string(more), " more") : "");
}

TestOutcome judged(const GroupTest& group, const NetworkTest& test,
                   const std::vector<PacketAnswer>& answers)
{
    Sum sum;
    for (const auto& question : group.questions) {
        const auto* answer = answer_to(question, answers);
        if (answer == nullptr)
            add_unknown(sum, question, "not asked");
        else
            add(sum, *answer, control_of(question, answers, test));
    }
    if (!sum.wrong.empty())
        return {Verdict::Fail, first_of(std::move(sum.wrong))};
    if (!sum.unknown.empty())
        return {Verdict::Unknown, sum.unknown};
    return {Verdict::Pass, summary(sum)};
}

}
