#include "egress_container.h"

#include "egress/container_json.h"
#include "egress/container_list.h"
#include "egress/wanted.h"
#include "steps/egress.h"
#include "steps/egress_container.h"
#include "system/container_kernel.h"
#include "system/dns_proxy.h"
#include "system/local_node.h"

namespace harden {

namespace {

Format chosen(const ContainerTool& tool)
{
    return *tool.format == "json" ? Format::Json : Format::Text;
}

std::string program(const Host& host)
{
    return installed_program(host, egress_program);
}

Result<Exit> show_list(const ContainerTool& tool, const std::string& only = {})
{
    LocalNode machine{no_firewall(), *tool.docker_host};
    auto list = TRY(list_containers(machine.node(), *container_kernel()));
    if (!only.empty())
        std::erase_if(list.containers,
                      [&](const ListedContainer& row) { return row.policy.id != only; });
    print(chosen(tool) == Format::Json ? render_json(list) : render_text(list));
    if (!list.drift.empty())
        return Exit::Findings;
    return list.uncovered.empty() ? Exit::Clean : Exit::Trouble;
}

Result<Exit> restore(const ContainerTool& tool)
{
    LocalNode machine{no_firewall(), *tool.docker_host};
    const auto control = container_kernel();
    const auto reconciled = TRY(restore_containers(machine.node(), *control));
    print(chosen(tool) == Format::Json ? render_json(reconciled.changes, "egress container")
                                       : render_text(reconciled.changes));
    for (const auto& sentence : reconciled.uncovered)
        say(cat("not covered: ", sentence, "\n"));
    return Exit::Clean;
}

bool is_empty(const ContainerWish& wish)
{
    return wish.mode.empty() && wish.domains.empty() && wish.targets.empty() && wish.rate.empty() &&
           wish.quota.empty();
}

Result<ContainerPolicy> present_policy(const Node& node, const std::string& id)
{
    auto present = container_policy(node.host(), id);
    if (present || !present.is_absent())
        return present;
    const auto details = TRY(node.docker().inspect(id));
    return ContainerPolicy{.id = id, .name = details.container.name};
}

// What the change does not reach, and what it needs to come back after a boot.
Result<> say_limits(const Node& node, const ContainerControl& control)
{
    for (const auto& sentence : TRY(plan_containers(node, control)).uncovered)
        say(cat("not covered: ", sentence, "\n"));
    if (node.host().status(recorded_ruleset_file).is_absent())
        say("after a boot or a restart of Docker this comes back only where the node's policy is "
            "applied\nhint: harden egress apply\n");
    return done;
}

Result<Exit> set(const ContainerTool& tool, const std::string& word)
{
    LocalNode machine{no_firewall(), *tool.docker_host};
    const Node& node = machine.node();
    const auto id = TRY(container_named(node, word));
    if (is_empty(tool.arguments->wish))
        return show_list(tool, id);
    const auto wanted = TRY(with_wish(TRY(present_policy(node, id)), tool.arguments->wish));
    const auto control = container_kernel();
    const auto status = TRY(apply_and_show(container_step(*control, wanted, program(node.host())),
                                           machine.node(), "egress container", chosen(tool)));
    if (status == Exit::Clean)
        TRY(say_limits(node, *control));
    return status;
}

Result<Exit> remove(const ContainerTool& tool, const std::string& word)
{
    LocalNode machine{no_firewall(), *tool.docker_host};
    const auto id = TRY(container_named(machine.node(), word));
    const auto control = container_kernel();
    return apply_and_show(container_removal_step(*control, id, program(machine.node().host())),
                          machine.node(), "egress container", chosen(tool));
}

Result<Exit> run_container(const ContainerTool& tool)
{
    TRY(require_root());
    const auto& words = tool.arguments->words;
    const auto wish_is_empty = is_empty(tool.arguments->wish);
    if (words.size() == 1 && words[0] == "list" && wish_is_empty)
        return show_list(tool);
    if (words.size() == 1 && words[0] == "restore" && wish_is_empty)
        return restore(tool);
    if (words.size() == 1)
        return set(tool, words[0]);
    if (words.size() == 2 && words[1] == "remove" && wish_is_empty)
        return remove(tool, words[0]);
    return Error{ErrorKind::Malformed,
                 "say which container, and what: ID with options, ID remove, list or restore",
                 "harden egress container --help"};
}

Result<Exit> run_dns(const ContainerTool& tool)
{
    TRY(require_root());
    DnsProxyOptions options{.log = [](const std::string& line) { say(cat(line, "\n")); }};
    for (const auto& server : tool.arguments->upstreams) {
        options.upstreams.push_back(TRY(parse_allowed_target(server)));
        const auto& [network, ports] = options.upstreams.back();
        if (network.prefix != network.full_prefix() || (ports && ports->first != ports->last))
            return Error{ErrorKind::Malformed,
                         cat("\"", escaped(server, 64), "\" is no address of one name server"),
                         "write 192.0.2.53 or [2001:db8::53]:5353"};
    }
    return run_dns_proxy(options);
}

}

Word container_word(const ContainerTool& tool)
{
    auto* arguments = tool.arguments;
    auto& wish = arguments->wish;
    return {
        "container",
        "Limit the network of one container: ID --mode …, ID remove, list, restore",
        {{"what", "A container's name or id (then: remove), list, or restore", &arguments->words,
          "WHAT"},
         {"--mode",
          "open; allow: only --domain and --cidr; none: no packet at all",
          &wish.mode,
          "MODE",
          {"open", "allow", "none"}},
         {"--domain", "example.org, or *.example.org for all below; repeat it, or none",
          &wish.domains, "GLOB"},
         {"--cidr", "198.51.100.0/24, 192.0.2.7:443; repeat it, or none", &wish.targets, "C"},
         {"--rate", "Bits per second each way, as in 50M; or none", &wish.rate, "BITS"},
         {"--quota", "Both ways together, as in 10G/day; or none", &wish.quota, "BYTES/PERIOD"}},
        [tool] { return run_container(tool); }};
}

Word dns_word(const ContainerTool& tool)
{
    return {"dns",
            "Answer containers for their domains (for harden-egress-dns.service)",
            {{"--upstream", "Name servers instead of those of /etc/resolv.conf",
              &tool.arguments->upstreams, "ADDRESS"}},
            [tool] { return run_dns(tool); }};
}

void tend_containers(LocalHost& host, const Heard& heard)
{
    const auto recorded = host.list(container_policy_directory);
    if (!(heard.docker || heard.rules || heard.networks) || !recorded || recorded->empty())
        return;
    // one that runs already is run once more afterwards
    const Command reload{"systemctl", "reload-or-restart", "--no-block", "harden-egress.service"};
    if (const auto asked = succeeded(host.run(reload, {}, {}), reload); !asked)
        say(cat("error: containers: ", asked.error().message, "\n"));
}

}
