#include "steps/daemonjson.h"

#include "cli/tool.h"
#include "cli/transactions.h"
#include "daemonjson/schema.h"
#include "daemonjson/settle.h"
#include "steps/transaction.h"
#include "system/local_node.h"
#include "system/packet_attempts.h"

using namespace harden;

namespace {

struct Asked {
    std::string file;
    std::string docker_version;
    std::string profile = "baseline";
    std::string document;
    std::vector<std::string> keep;
    std::vector<std::string> restart_for;
    std::string format = "text";
    bool show_config = false;

    Format output() const { return format == "json" ? Format::Json : Format::Text; }
};

Result<KeyTable> table_of(const Host& host)
{
    return key_table(TRY(key_settings(host)));
}

constexpr auto userland_proxy = "userland-proxy";

// A profile is to be had on every node, so what would cut the node's sites off stays out of it.
JsonValue profile_for(const Node& node, const Asked& asked)
{
    auto document =
        shipped_document(asked.profile == "full" ? DaemonProfile::Full : DaemonProfile::Baseline);
    const auto served = served_by_userland_proxy(node, accepts_connection);
    if (!served || served->empty())
        return document;
    const auto& port = served->front();
    say(cat(userland_proxy, " stays as it is: over IPv6 only it serves ", port.container,
            " at port ", std::to_string(port.port), "\n"));
    return without_keys(std::move(document), {userland_proxy});
}

Result<JsonValue> wanted(const Node& node, const Asked& asked, const KeyTable& table)
{
    auto document = asked.document.empty()
                        ? profile_for(node, asked)
                        : TRY(site_document(TRY(node.host().read(asked.document)), table)
                                  .during(asked.document));
    return without_keys(std::move(document), asked.keep);
}

Error no_version(const std::string& text)
{
    return {ErrorKind::Malformed, cat("\"", text, "\" is not a version of Docker"),
            "as in --docker-version 28.5"};
}

// For a version that was named, nothing on this machine counts.
Result<Daemon> judged_daemon(const Node& node, const Asked& asked)
{
    if (asked.docker_version.empty())
        return judging_daemon(node);
    const auto version = docker_version(asked.docker_version);
    if (!version)
        return no_version(asked.docker_version);
    return Daemon{.version = version, .version_text = asked.docker_version};
}

Result<Exit> validate_file(const Node& node, const Asked& asked)
{
    if (asked.show_config) {
        print(show_settings(TRY(key_settings(node.host()))));
        return Exit::Clean;
    }
    const auto table = TRY(table_of(node.host()));
    const auto daemon = TRY(judged_daemon(node, asked));
    const auto file = asked.file.empty() ? daemon.file : Path{asked.file};
    const auto text = TRY(node.host().read(file).during("read"));
    auto facts = facts_of(daemon, node.host());
    if (!asked.docker_version.empty())
        facts.host = nullptr;
    const auto complaints = validate(text, table, facts).complaints;
    if (asked.output() == Format::Json)
        print(to_json(complaints, file.native(), text, daemon.version_text));
    else
        for (const auto& complaint : complaints)
            print(show(complaint, file.native(), text));
    return any_error(complaints) ? Exit::Findings : Exit::Clean;
}

Result<Exit> show_schema(const Host& host, const Asked& asked)
{
    const auto version = docker_version(asked.docker_version);
    if (!asked.docker_version.empty() && !version)
        return no_version(asked.docker_version);
    print(json_schema(TRY(table_of(host)), version));
    return Exit::Clean;
}

Result<Exit> diff(const Node& node, const Asked& asked)
{
    const auto table = TRY(table_of(node.host()));
    const auto changes = TRY(document_changes(node, TRY(wanted(node, asked, table)), table));
    const auto listed = to_changes(changes);
    print(asked.output() == Format::Json ? render_json(listed, "daemonjson") : render_text(listed));
    if (const auto keys = restart_keys(changes, table); !keys.empty())
        say(cat("dockerd takes these from a restart only: ", join(keys, ", "), "\n"));
    return changes.empty() ? Exit::Clean : Exit::Findings;
}

Result<Exit> apply_document(Node& node, const Asked& asked)
{
    TRY(require_root());
    const auto table = TRY(table_of(node.host()));
    return apply_and_show(daemonjson_step(TRY(wanted(node, asked, table)), table), node,
                          "daemonjson", asked.output());
}

Result<Exit> settle_daemon(Node& node, const Asked& asked)
{
    TRY(require_root());
    TRY(settle(node, asked.restart_for, accepts_connection));
    return Exit::Clean;
}

}

int main(int argc, char** argv)
{
    Asked asked;
    LocalNode local{no_firewall()};
    auto& node = local.node();
    const Option profile{"--profile",
                         "What the node shall be: baseline registers gVisor, full "
                         "makes it the default",
                         &asked.profile,
                         "PROFILE",
                         {"baseline", "full"}};
    const Option document{"--document", "Merge this document instead of a profile's",
                          &asked.document, "FILE"};
    const Option keep{"--keep", "Leave this key as the operator has it", &asked.keep, "KEY"};
    const Option format = format_option(&asked.format);
    const Tool tool{
        .name = "harden daemonjson",
        .summary = "Validate Docker's daemon.json and bring it to the wanted state",
        .words =
            {
                {"validate",
                 "Judge a file as the dockerd of this node would take it, and better",
                 {{"file", "The file; the node's own where none is named", &asked.file, "FILE"},
                  {"--docker-version", "Judge for this version and look at nothing on this machine",
                   &asked.docker_version, "VERSION"},
                  {"--show-config", "Print the table of keys and where each entry came from",
                   &asked.show_config},
                  format},
                 [&] { return validate_file(node, asked); }},
                {"diff",
                 "Print what apply would change, key by key; 1 where something would",
                 {profile, document, keep, format},
                 [&] { return diff(node, asked); }},
                {"apply",
                 "Merge the wanted keys, validate, write, reload; restart only where it must",
                 {profile, document, keep, format},
                 [&] { return apply_document(node, asked); }},
                {"rollback",
                 "Undo the last apply",
                 {},
                 [&]() -> Result<Exit> {
                     TRY(require_root());
                     return undo_last(node.host(), "daemonjson apply", asked.format);
                 }},
                {"schema",
                 "Print the keys as a JSON Schema, for editors",
                 {{"--docker-version", "Only the keys of this version", &asked.docker_version,
                   "VERSION"}},
                 [&] { return show_schema(node.host(), asked); }},
                {"settle",
                 "Bring the running dockerd to what its file says; containers keep running",
                 {{"--restart-for", "A key that needs a restart", &asked.restart_for, "KEY"}},
                 [&] { return settle_daemon(node, asked); }},
            },
        .footer = "Files: /etc/docker/daemon.json, /etc/harden/daemonjson.toml (keys of your own)\n"
                  "Exit status: 0 as wanted, 1 findings or changes pending, 2 trouble, 3 failed "
                  "and rolled back, 4 needs a human",
    };
    return run_tool(tool, argc, argv);
}
