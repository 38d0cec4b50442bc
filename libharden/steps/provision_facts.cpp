#include "steps/provision_facts.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::size_t longest_value = 4096; // bytes

struct TextFact {
    std::string_view key;
    std::string NodeFacts::*value;
};
static constexpr std::array text_facts{
    TextFact{"os.id", &NodeFacts::os_id},
    TextFact{"os.version", &NodeFacts::os_version},
    TextFact{"os.codename", &NodeFacts::os_codename},
    TextFact{"os.name", &NodeFacts::os_name},
    TextFact{"arch", &NodeFacts::machine},
    TextFact{"kernel", &NodeFacts::kernel},
    TextFact{"hostname", &NodeFacts::hostname},
    TextFact{"docker.version", &NodeFacts::docker_version},
    TextFact{"package.version", &NodeFacts::package_version},
    TextFact{"package.interrupted", &NodeFacts::package_interrupted},
    TextFact{"package.recorded", &NodeFacts::package_recorded},
    TextFact{"package.sha256", &NodeFacts::package_sha256},
    TextFact{"gvisor.release", &NodeFacts::gvisor_release},
    TextFact{"gvisor.source", &NodeFacts::gvisor_source},
    TextFact{"profile", &NodeFacts::profile},
    TextFact{"old.cron", &NodeFacts::old_cron},
    TextFact{"old.rules", &NodeFacts::old_rules},
    TextFact{"waivers.sha256", &NodeFacts::waivers_sha256},
};

struct FlagFact {
    std::string_view key;
    bool NodeFacts::*value;
    std::string_view true_text;
};
static constexpr std::array flag_facts{
    FlagFact{"uid", &NodeFacts::is_root, "0"},
    FlagFact{"systemd", &NodeFacts::has_systemd, "yes"},
    FlagFact{"cron", &NodeFacts::has_cron, "yes"},
    FlagFact{"docker.installed", &NodeFacts::has_docker, "yes"},
    FlagFact{"docker.running", &NodeFacts::runs_docker, "yes"},
};

struct SizeFact {
    std::string_view key;
    std::uint64_t NodeFacts::*value;
};
static constexpr std::array size_facts{
    SizeFact{"free.var", &NodeFacts::free_var},
    SizeFact{"free.usr", &NodeFacts::free_usr},
    SizeFact{"free.state", &NodeFacts::free_state},
};

static std::string architecture_of(std::string_view machine)
{
    if (machine == "x86_64")
        return "amd64";
    return machine == "aarch64" ? "arm64" : "";
}

static void take(NodeFacts& facts, std::string_view key, std::string_view value)
{
    for (const auto& fact : text_facts)
        if (fact.key == key)
            facts.*fact.value = value;
    for (const auto& fact : flag_facts)
        if (fact.key == key)
            facts.*fact.value = value == fact.true_text;
    for (const auto& fact : size_facts)
        if (fact.key == key)
            facts.*fact.value = static_cast<std::uint64_t>(
                                    std::clamp(to_number(value).value_or(0), 0LL, 1LL << 50U)) *
                                1024;
    if (key == "tx.unfinished")
        for (const auto id : split(value, ' '))
            if (!id.empty())
                facts.unfinished.emplace_back(id);
    if (constexpr std::string_view prefix = "manager."; key.starts_with(prefix))
        facts.managers.emplace_back(key.substr(prefix.size()));
}

Result<NodeFacts> parse_facts(std::string_view text)
{
    NodeFacts facts;
    bool begun = false;
    for (const auto line : lines(text)) {
        if (line == "facts=1")
            begun = true;
        if (!begun || line.size() > longest_value)
            continue;
        if (line == "end=1") {
            facts.architecture = architecture_of(facts.machine);
            return facts;
        }
        if (const auto equals = line.find('='); equals != std::string_view::npos)
            take(facts, line.substr(0, equals), trim(line.substr(equals + 1)));
    }
    return Error{ErrorKind::Malformed,
                 begun ? "the node's facts end in the middle" : "the node did not tell its facts",
                 "its login shell must run commands given to ssh: try ssh HOST true"};
}

// A Debian without a version is one that is not released yet, and so newer.
static bool is_supported_system(const NodeFacts& facts)
{
    const auto major = to_number(split(facts.os_version, '.').front());
    if (facts.os_id == "debian")
        return facts.os_version.empty() ? !facts.os_codename.empty() : major.value_or(0) >= 12;
    return facts.os_id == "ubuntu" && major.value_or(0) >= 22;
}

Result<> check_supported(const NodeFacts& facts, WithoutDocker without)
{
    const auto refuse = [](const std::string& what, std::string hint) -> Error {
        return {ErrorKind::Unsupported, what, std::move(hint)};
    };
    if (!is_supported_system(facts))
        return refuse(cat("this node runs ",
                          escaped(facts.os_name.empty() ? "an unknown system" : facts.os_name)),
                      "harden runs on Debian 12 and newer and on Ubuntu 22.04 and newer");
    if (facts.architecture.empty())
        return refuse(cat("this node's processor is ", escaped(facts.machine)),
                      "harden runs on x86-64 and arm64");
    if (!facts.is_root)
        return Error{ErrorKind::Denied, "the login on the node is not root's and sudo did not help",
                     "log in as root@HOST, or allow the user sudo without a password"};
    if (!facts.has_systemd)
        return refuse("systemd does not run on this node", "boot the node with systemd");
    if (!facts.has_docker && without == WithoutDocker::Installed)
        return done;
    if (!facts.has_docker)
        return refuse("Docker is not installed on this node",
                      "setup --install-docker installs the distribution's docker.io");
    if (!facts.runs_docker)
        return refuse("Docker does not run on this node",
                      "systemctl reset-failed docker; systemctl start docker; journalctl -eu "
                      "docker tells why it fails");
    return done;
}

}
