#include "dockerfile/compose.h"
#include "dockerfile/run_line.h"
#include "dockerfile/scan_input.h"
#include "dockerfile/scan_request.h"

#include <algorithm>

namespace harden {

namespace {

// Findings at their places, in the order of the file.
void take(ScannedFile& to, ScanJudge::Judgement judgement,
          const std::function<FilePlace(TextRange)>& place_of_range)
{
    to.verdict = std::max(to.verdict, judgement.verdict);
    for (std::size_t i = 0; i < judgement.findings.size(); ++i) {
        judgement.findings[i].place = place_of_range(judgement.places[i]);
        to.findings.push_back(std::move(judgement.findings[i]));
    }
    std::stable_sort(to.findings.begin(), to.findings.end(),
                     [](const ScanFinding& a, const ScanFinding& b) {
                         return std::pair{a.place.line, a.place.column} <
                                std::pair{b.place.line, b.place.column};
                     });
}

void tell_problem(ScannedFile& file, std::string_view source, std::size_t offset,
                  std::string message)
{
    file.problem = std::move(message);
    file.problem_place = file_place(source, offset);
}

template<class Problems>
void tell_first(ScannedFile& file, std::string_view source, const Problems& problems)
{
    if (!problems.empty())
        tell_problem(file, source, problems[0].offset, problems[0].message);
}

bool is_shell_script(std::string_view source)
{
    if (!source.starts_with("#!"))
        return true;
    const auto line = source.substr(0, source.find('\n'));
    return line.find("sh") != std::string_view::npos;
}

// Another language: each line is a text that may name what it starts.
void add_lines(ScanJudge& judge, std::string_view source)
{
    std::size_t begin = 0;
    for (const auto line : lines(source)) {
        const auto end = begin + line.size();
        judge.add(RoledWord{std::string{line},
                            ScanRole::Runs,
                            {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}});
        begin = end + 1;
    }
}

void keep_to_review(ScannedFile& script)
{
    script.verdict = std::min(script.verdict, ScanVerdict::Review);
    for (auto& finding : script.findings) {
        finding.verdict = std::min(finding.verdict, ScanVerdict::Review);
        finding.message += "; the script is copied, nothing is seen to start it";
    }
}

ScannedFile too_long(std::string_view path, std::string_view kind)
{
    return {.path = std::string{path},
            .kind = std::string{kind},
            .verdict = ScanVerdict::Review,
            .problem = cat("it is longer than ", std::to_string(longest_dockerfile),
                           " bytes: nobody wrote that by hand")};
}

}

Scanner::Scanner(ScanRules rules)
    : rules_{std::move(rules)}
    , glance_{rules_}
{
}

ScannedFile Scanner::dockerfile(std::string_view path, std::string_view source) const
{
    return dockerfile(path, source, parse_dockerfile(source));
}

ScannedFile Scanner::dockerfile(std::string_view path, std::string_view source,
                                const Dockerfile& file) const
{
    ScannedFile scanned{.path = std::string{path}, .kind = "dockerfile"};
    tell_first(scanned, source, file.problems());
    if (glance_.is_worth_a_look(file))
        take(scanned, judge_dockerfile(file, rules_),
             [&](TextRange range) { return file_place(source, file.source_offset(range.begin)); });
    return scanned;
}

ScannedFile Scanner::script(std::string_view path, std::string_view source, ScriptUse use) const
{
    if (source.size() > longest_dockerfile)
        return too_long(path, "script");
    ScannedFile scanned{.path = std::string{path}, .kind = "script"};
    ScanJudge judge{rules_};
    if (is_shell_script(source)) {
        RoledCommands commands;
        Variables variables;
        add_shell_text(commands, source, ScanRole::Starts, variables, {}, rules_.trusted_scripts);
        judge.add(commands);
    } else {
        add_lines(judge, source);
    }
    take(scanned, judge.judge(), [&](TextRange range) { return file_place(source, range.begin); });
    if (use == ScriptUse::Copied)
        keep_to_review(scanned);
    return scanned;
}

ScannedFile Scanner::compose(std::string_view path, std::string_view source,
                             const Variables& variables) const
{
    ScannedFile scanned{.path = std::string{path}, .kind = "compose"};
    const auto file = parse_compose(source, variables);
    tell_first(scanned, source, file.problems);
    for (const auto& service : file.services) {
        ScanJudge judge{rules_};
        add_request(judge, service, rules_);
        take(scanned, judge.judge(),
             [&](TextRange range) { return file_place(source, range.begin); });
        if (!service.build || !service.build->instructions)
            continue;
        const auto& inner = *service.build->instructions;
        const auto instructions = parse_dockerfile(inner.text);
        take(scanned, judge_dockerfile(instructions, rules_),
             [&](TextRange) { return file_place(source, inner.offset); });
    }
    return scanned;
}

ScannedFile Scanner::command(std::string_view path, std::string_view source) const
{
    if (source.size() > longest_dockerfile)
        return too_long(path, "command");
    ScannedFile scanned{.path = std::string{path}, .kind = "command"};
    ScanJudge judge{rules_};
    if (is_run_line(source)) {
        const auto line = parse_run_line(source);
        tell_first(scanned, source, line.problems);
        add_request(judge, line.request, rules_);
    } else {
        RoledCommands commands;
        Variables variables;
        add_shell_text(commands, source, ScanRole::Starts, variables, {}, rules_.trusted_scripts);
        judge.add(commands);
    }
    take(scanned, judge.judge(), [&](TextRange range) { return file_place(source, range.begin); });
    return scanned;
}

}
