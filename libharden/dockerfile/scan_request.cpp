#include "dockerfile/scan_request.h"

namespace harden {

namespace {

TextRange place_of(const PlacedText& text)
{
    const auto begin = static_cast<std::uint32_t>(text.offset);
    return {begin, begin + static_cast<std::uint32_t>(text.text.size())};
}

void add_command(ScanJudge& judge, const CommandText& command, Variables variables,
                 const ScanRules& rules)
{
    RoledCommands commands;
    if (command.is_list) {
        std::vector<CommandWord> words;
        for (const auto& word : command.words)
            words.push_back({word.text, place_of(word).begin, place_of(word).end});
        add_arguments(commands, std::move(words), ScanRole::Starts, variables, {},
                      rules.trusted_scripts);
    } else if (!command.words.empty()) {
        const auto place = place_of(command.words[0]);
        add_shell_text(commands, command.words[0].text, ScanRole::Starts, variables,
                       {place.begin, place.end}, rules.trusted_scripts);
    }
    judge.add(commands);
}

// The contents of a file that is put into the container: a script, or settings.
void add_file(ScanJudge& judge, const PlacedText& file, Variables variables, const ScanRules& rules)
{
    const auto place = place_of(file);
    judge.add(RoledWord{file.text, ScanRole::Settings, place});
    if (!file.text.starts_with("#!"))
        return;
    RoledCommands commands;
    add_shell_text(commands, file.text, ScanRole::Starts, variables, {place.begin, place.end},
                   rules.trusted_scripts);
    judge.add(commands);
}

// "127.0.0.1:8080:80/tcp" is about port 80.
std::string inner_port(const std::string& published)
{
    return published.substr(published.rfind(':') + 1);
}

}

void add_request(ScanJudge& judge, const ContainerRequest& request, const ScanRules& rules)
{
    if (request.image)
        judge.add(RoledWord{request.image->text, ScanRole::Image, place_of(*request.image)});
    Variables variables;
    for (const auto& pair : request.environment) {
        const auto value = pair.value.value_or("");
        variables.set(pair.name.text, value);
        judge.add(
            RoledWord{cat(pair.name.text, "=", value), ScanRole::Settings, place_of(pair.name)});
    }
    for (const auto* command : {&request.entrypoint, &request.command})
        if (*command)
            add_command(judge, **command, variables, rules);
    for (const auto& command : request.further_commands)
        add_command(judge, command, variables, rules);
    for (const auto& file : request.inline_files)
        add_file(judge, file, variables, rules);
    for (const auto& label : request.labels)
        judge.add(RoledWord{cat(label.name.text, "=", label.value.value_or("")), ScanRole::Mentions,
                            place_of(label.name)});
    for (const auto& port : request.ports)
        judge.add_port(inner_port(port.text), place_of(port));
    for (const auto& port : request.exposed)
        judge.add_port(port.text, place_of(port));
}

}
