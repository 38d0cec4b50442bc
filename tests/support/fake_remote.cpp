#include "support/fake_remote.h"

#include <algorithm>

namespace harden::test {

FakeRemote::FakeRemote()
    : facts{{"os.id", "debian"},
            {"os.version", "12"},
            {"os.codename", "bookworm"},
            {"os.name", "Debian GNU/Linux 12 (bookworm)"},
            {"arch", "x86_64"},
            {"kernel", "6.1.0"},
            {"hostname", "node"},
            {"uid", "0"},
            {"systemd", "yes"},
            {"cron", "yes"},
            {"docker.installed", "yes"},
            {"docker.running", "yes"},
            {"docker.version", "20.10.24"},
            {"free.var", "9000000"},
            {"free.usr", "9000000"},
            {"free.state", "9000000"}}
{
}

Result<> FakeRemote::alive()
{
    if (losses_left > 0) {
        --losses_left;
        return Error{ErrorKind::TimedOut, "the connection is lost", ""};
    }
    if (commands_left == 0)
        return Error{ErrorKind::Failed, "killed", ""};
    if (commands_left > 0)
        --commands_left;
    return done;
}

Output FakeRemote::tell_facts() const
{
    const auto record = [this](const std::string& file) {
        const auto found = files.find(file);
        return found == files.end() ? "" : found->second;
    };
    std::string out = "a greeting\nfacts=1\n";
    for (const auto& [key, value] : facts)
        out += cat(key, "=", value, "\n");
    if (files.contains("/var/lib/harden/setup/harden.deb")) {
        out += "package.recorded=0.1.0\n";
        out += cat("package.sha256=", fake_hash(record("/var/lib/harden/setup/harden.deb")), "\n");
    }
    if (applied.contains("package"))
        out += "package.version=0.1.0\n";
    if (applied.contains("gvisor-install"))
        out += "gvisor.release=release-1\n";
    out += cat("gvisor.source=", trim(record("/var/lib/harden/setup/gvisor-source")), "\n");
    out += cat("profile=", trim(record("/etc/harden/profile")), "\n");
    if (files.contains("/etc/harden/waivers.toml"))
        out += cat("waivers.sha256=", fake_hash(record("/etc/harden/waivers.toml")), "\n");
    return {.out = out + "end=1\n"};
}

Output FakeRemote::run_verb(const std::string& verb, const Command& command)
{
    const auto& word = command.size() > 1 ? command[1] : verb;
    if (!applied.contains("package"))
        return {.status = 127, .err = "no such file"};
    if (const auto said = answers.find(cat(verb, " ", word)); said != answers.end())
        return said->second;
    if (verb == "tx" && word == "rollback") {
        facts.erase("tx.unfinished");
        return {};
    }
    if (verb == "ssh-harden" && word == "status")
        return {.status = is_armed ? 1 : 0,
                .out = is_armed ? "transaction  7, armed until noon\n" : "settled\n"};
    if (verb == "verify")
        return {.out = clean_report};
    const bool settled = applied.contains(verb);
    const auto changes = cat(R"({"schema": "harden.)", verb, R"(/1", "changes": [)",
                             settled ? "" : R"({"what": "a", "from": "", "to": "b"})", "]}");
    if (word == "apply" && verb == "ssh-harden" && !settled)
        is_armed = true;
    if (word == "apply")
        applied.insert(verb);
    return {.status = word == "apply" || settled ? 0 : 1, .out = changes};
}

Output FakeRemote::answer(const Command& command, const std::string& input)
{
    const auto& program = command.front();
    if (program == "/bin/sh")
        return tell_facts();
    if (constexpr std::string_view verbs = "/usr/libexec/harden/"; program.starts_with(verbs))
        return run_verb(program.substr(verbs.size()), command);
    if (program == "sha256sum")
        return {.out = cat(fake_hash(files[command.back()]), "  ", command.back(), "\n")};
    if (program == "mv" && !files.contains(command[2]))
        return {.status = 1, .err = "mv: No such file or directory\n"};
    if (program == "mv") {
        files[command.back()] = files[command[2]];
        files.erase(command[2]);
    }
    if (program == "test")
        return {.status = files.contains(command.back()) ? 0 : 1};
    if (program == "rm")
        for (std::size_t word = 2; word < command.size(); ++word)
            files.erase(command[word]);
    if (program == "dd")
        files[command[1].substr(std::string_view{"of="}.size())] = input;
    if (program == "env" && std::ranges::find(command, "apt-get") != command.end())
        applied.insert("package");
    return {};
}

Result<Output> FakeRemote::execute(const Command& command, const CommandOptions& options)
{
    TRY(alive());
    asked.push_back(join(command, " "));
    const auto said = answers.find(command.front());
    const auto reply = said != answers.end() ? said->second : answer(command, options.input);
    if (reply_lost_after-- == 0)
        return Error{ErrorKind::TimedOut, "the connection is lost", ""};
    return reply;
}

Result<Output> FakeRemote::execute_anew(const Command& command)
{
    TRY(alive());
    asked.push_back(cat("anew: ", join(command, " ")));
    if (!accepts_new_logins)
        return Error{ErrorKind::Denied, "Permission denied (publickey)", ""};
    is_armed = false;
    return Output{};
}

Result<Output> FakeRemote::execute_through(const Command& server, const Command& command)
{
    TRY(alive());
    asked.push_back(cat("through ", join(server, " "), ": ", join(command, " ")));
    if (!refuses_rehearsal.empty())
        return Output{.status = 255, .err = refuses_rehearsal};
    return Output{};
}

Result<> FakeRemote::upload(const Path& file, const Path& to)
{
    TRY(alive());
    asked.push_back(cat("upload ", to.string()));
    files[to.string()] = here.at(file);
    return done;
}

Result<> FakeRemote::lock(const Path&, std::string_view owner)
{
    TRY(alive());
    if (!lock_holder.empty())
        return Error{ErrorKind::Denied, cat("another setup holds this node: ", lock_holder), ""};
    locked_by = owner;
    return done;
}

Result<> FakeRemote::reconnect()
{
    ++reconnections;
    if (!can_reconnect)
        return Error{ErrorKind::TimedOut, "no route to host", ""};
    return done;
}

std::vector<std::string> FakeRemote::changes() const
{
    auto changing = asked;
    std::erase_if(changing, [](const std::string& words) {
        return words == "/bin/sh" || words.find(" plan") != std::string::npos ||
               words.find(" diff") != std::string::npos ||
               words.find("/verify ") != std::string::npos;
    });
    return changing;
}

}
