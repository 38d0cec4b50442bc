#include "verify_hosts.h"

#include "checks/lanes.h"
#include "cli/tool.h"
#include "report/read_json.h"
#include "steps/provision_remote.h"
#include "system/local_host.h"
#include "system/ssh_host.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace harden {

static constexpr std::size_t most_at_once = 16;
static constexpr auto patience = longest_report_with_probe + std::chrono::seconds{15};

static std::string name_of_host(const std::string& destination)
{
    return destination.substr(destination.rfind('@') + 1);
}

// One line of the conversation at a time, whichever node it is about.
static void tell(const std::string& host, std::string_view text)
{
    static std::mutex turn;
    const std::lock_guard held{turn};
    say(cat(host, ": ", text));
}

static Result<Report> asked_for_report(Remote& node, const std::string& host,
                                       const Command& arguments)
{
    Command command{cat(verbs_directory, "/verify")};
    const auto found = TRY(node.execute({"test", "-x", command.front()}));
    if (found.status != 0)
        return Error{ErrorKind::NotFound, "harden is not installed there",
                     cat("harden setup ", host)};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto answer = TRY(node.execute(command, {.timeout = patience}));
    if (trim(answer.out).empty())
        return Error{ErrorKind::Failed, cat("verify there says: ", last_line(answer.err)),
                     cat("harden setup ", host, " brings this version there")};
    return parse_report(answer.out);
}

static Report report_of(const std::string& destination, SshTarget login, const Command& arguments)
{
    const LocalHost here;
    const auto host = name_of_host(destination);
    login.destination = destination;
    const auto talk = [&](std::string_view text) { tell(host, text); };
    auto report = [&]() -> Result<Report> {
        const auto ssh = TRY(SshHost::connect(here, login, talk));
        return asked_for_report(*ssh, host, arguments);
    }();
    if (report) {
        report->node = escaped(host);
        return *std::move(report);
    }
    if (!report.error().hint.empty())
        tell(host, cat("hint: ", report.error().hint, "\n"));
    return {.node = escaped(host), .problem = report.error().message};
}

std::vector<Report> reports_of(const std::vector<std::string>& hosts, const SshTarget& login,
                               const Command& arguments)
{
    std::vector<Report> reports(hosts.size());
    std::atomic<std::size_t> next{0};
    // each connection is made, used and ended by one thread: ssh ends with the one that began it
    const auto work = [&] {
        for (auto i = next++; i < hosts.size(); i = next++)
            reports[i] = report_of(hosts[i], login, arguments);
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(hosts.size(), most_at_once); ++i)
        threads.emplace_back(work);
    for (auto& thread : threads)
        thread.join();
    return reports;
}

}
