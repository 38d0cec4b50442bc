#include "base/time.h"
#include "cli/tool.h"
#include "setup_fleet.h"
#include "setup_host.h"
#include "steps/step_choice.h"
#include "system/local_host.h"
#include "system/this_process.h"

using namespace harden;

static constexpr int most_at_once = 64;

static Result<std::vector<FleetHost>> hosts_in(const std::string& file)
{
    if (file == "-")
        return parse_host_list(TRY(standard_input()), "standard input");
    const LocalHost here;
    const auto text = TRY(here.read(std::filesystem::absolute(file)).during("--hosts"));
    return parse_host_list(text, escaped(file));
}

static Result<std::vector<FleetHost>> hosts_named(const SetupOptions& options)
{
    std::vector<FleetHost> hosts;
    std::vector<std::string> lists;
    for (std::size_t number = 1; const auto& word : options.hosts) {
        const auto origin = cat("argument ", std::to_string(number++));
        if (word == "-") {
            lists.push_back(word);
            continue;
        }
        auto host = TRY(parse_host(word, origin));
        hosts.push_back(std::move(host));
    }
    if (!options.hosts_file.empty())
        lists.push_back(options.hosts_file);
    for (const auto& list : lists) {
        const auto listed = TRY(hosts_in(list));
        hosts.insert(hosts.end(), listed.begin(), listed.end());
    }
    if (hosts.empty())
        return Error{ErrorKind::Malformed, "no host was named",
                     "harden setup [USER@]HOST…, or --hosts FILE"};
    TRY(check_named_once(hosts));
    return hosts;
}

static Result<> check(const SetupOptions& options, bool is_fleet)
{
    const auto malformed = [](std::string_view what, std::string_view hint) {
        return Error{ErrorKind::Malformed, std::string{what}, std::string{hint}};
    };
    if (options.parallel < 1 || options.parallel > most_at_once)
        return malformed("--parallel must be 1 to 64", "");
    if (options.canary < 0)
        return malformed("--canary must be a number of hosts", "--canary 0: none");
    if (is_fleet && !options.login.host_key.empty())
        return malformed("--host-key is the key of one host, and several were named",
                         "put their keys into known_hosts, or say --accept-new");
    if (!options.only.empty() && !options.skip.empty())
        return malformed("--only and --skip do not go together", "say one of them");
    TRY(fleet_policy(options));
    return done;
}

static Result<std::string> who_runs_this()
{
    const auto now = TRY(LocalHost{}.now()).wall;
    return cat(owner_of_this_process(), ", since ", to_rfc3339(now));
}

static Result<Exit> run(SetupOptions& options)
{
    const auto hosts = TRY(hosts_named(options));
    const bool is_fleet = hosts.size() > 1 || options.hosts.size() != 1 || options.hosts[0] == "-";
    TRY(check(options, is_fleet));
    if (!options.only.empty())
        options.request.choice.only = TRY(parse_steps(options.only, "--only"));
    if (!options.skip.empty())
        options.request.choice.skip = TRY(parse_steps(options.skip, "--skip"));
    options.request.owner = TRY(who_runs_this());
    const auto exit =
        TRY(is_fleet ? set_up_fleet(hosts, options) : set_up_one(hosts.front(), options));
    return static_cast<Exit>(exit);
}

int main(int argc, char** argv)
{
    SetupOptions options;
    auto& request = options.request;
    auto& login = options.login;
    const Tool tool{
        .name = "setup",
        .summary = "Turn servers into verified run nodes, over one SSH connection each",
        .options =
            {{"host", "[USER@]HOST[:PORT], as ssh takes it; - reads a list", &options.hosts,
              "HOST"},
             {"--hosts", "A list of hosts: one a line, # begins a comment", &options.hosts_file,
              "FILE"},
             {"-P,--parallel", "Hosts at once (8)", &options.parallel, "N"},
             {"--canary", "Hosts before all others (1); 0: none", &options.canary, "N"},
             {"--batch", "Hosts in a batch after them", &options.batch, "N|P%"},
             {"--max-fail", "Failures in a batch that do not stop the rest", &options.max_fail,
              "N|P%"},
             {"--profile",
              "auto: what the node was set up for",
              &request.profile,
              "",
              {"baseline", "full", "auto"}},
             {"--dry-run", "Print the plan of all steps and change nothing", &request.dry_run},
             {"--only", "These steps and no others", &options.only, "STEP,…"},
             {"--skip", "All steps but these", &options.skip, "STEP,…"},
             {"--close-ports", "Let the host firewall close ports in use (full)",
              &request.close_ports},
             {"--adopt", "Replace what older shell scripts left, in one transaction",
              &request.adopt},
             {"--install-docker", "Install docker.io where there is no Docker",
              &request.install_docker},
             {"--bundle", "The package with its libraries, for a node without a mirror",
              &options.bundle, "FILE.tar"},
             {"--package", "The harden package to install there", &options.package, "FILE.deb"},
             {"--gvisor", "A gVisor release: archive or directory", &options.gvisor, "DIR|FILE"},
             {"--waivers", "Version and age checks that may fail", &options.waivers, "FILE"},
             {"-F,--ssh-config", "Another ssh_config", &login.config, "FILE"},
             {"--port", "Port of sshd there", &login.port, "PORT"},
             {"--identity", "The private key to log in with", &login.identity, "FILE"},
             {"--host-key", "Accept this host key and no other", &login.host_key, "SHA256:…"},
             {"--accept-new", "Trust unknown host keys, and say which", &login.accept_new},
             {"--report-dir", "Write harden-HOST.{json,sarif,xml,html} there",
              &options.report_directory, "DIR"},
             {"--format",
              "How to print the answer",
              &options.format,
              "",
              {"text", "json", "ndjson"}}},
        .words = {{.name = "", .help = "", .options = {}, .run = [&] { return run(options); }}},
        .footer =
            "Run again, it does what is missing and nothing else.\n"
            "Exit status: 0 provisioned and verified, 1 findings or pending changes, 2 trouble\n"
            "before any change, 3 a step failed and was rolled back, 4 needs a human; of several\n"
            "hosts the worst."};
    return run_tool(tool, argc, argv);
}
