#include "scan_inputs.h"

#include "dockerfile/compose.h"
#include "dockerfile/copied_files.h"
#include "dockerfile/image_config.h"
#include "dockerfile/request_limits.h"
#include "dockerfile/run_line.h"
#include "dockerfile/walk.h"
#include "system/digest.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <thread>

using namespace harden;

namespace {

constexpr auto standard_input = "/dev/stdin";

// One thing to scan, and what it is.
struct Input {
    std::string path;
    std::string kind;
};

// What scanning needs besides the input.
struct Means {
    const Host& host;
    const Scanner& scanner;
    const std::optional<LimitRules>& limits; // none: they are not judged
};

ScannedFile unread(const Input& input, const std::string& problem)
{
    return {.path = input.path, .kind = input.kind, .problem = problem};
}

// The variables of the .env file beside a compose file.
Variables environment_of(const Host& host, const Path& compose)
{
    Variables variables;
    const auto text = host.read(compose.parent_path() / ".env");
    if (!text)
        return variables;
    for (const auto line : lines(*text))
        if (const auto equals = line.find('=');
            equals != std::string_view::npos && !line.starts_with('#'))
            variables.set(std::string{trim(line.substr(0, equals))},
                          std::string{trim(line.substr(equals + 1))});
    return variables;
}

void add_limits(ScannedFile& file, const ContainerRequest& request, std::string_view source,
                const LimitRules& limits)
{
    for (auto& finding : judge_limits(request, source, limits)) {
        file.verdict = std::max(file.verdict, finding.verdict);
        file.findings.push_back(std::move(finding));
    }
}

ScannedFile scanned_compose(const Means& means, const Input& input, std::string_view source)
{
    const auto variables = environment_of(means.host, input.path);
    auto file = means.scanner.compose(input.path, source, variables);
    if (means.limits)
        for (const auto& service : parse_compose(source, variables).services)
            add_limits(file, service, source, *means.limits);
    return file;
}

ScannedFile scanned_command(const Means& means, const std::string& path, std::string_view source)
{
    auto file = means.scanner.command(path, source);
    if (means.limits && is_run_line(source))
        add_limits(file, parse_run_line(source).request, source, *means.limits);
    return file;
}

bool may_be_script(std::string_view path)
{
    const auto name = path.substr(path.rfind('/') + 1);
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return true;
    const auto ending = name.substr(dot);
    return ending == ".sh" || ending == ".bash" || ending == ".py" || ending == ".pl" ||
           ending == ".rb";
}

bool is_script(std::string_view path, std::string_view text)
{
    return text.starts_with("#!") ||
           path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

// The scripts that a Dockerfile copies out of its context.
std::vector<CopiedScript> copied_scripts(const Host& host, const Path& path, const Dockerfile& file)
{
    const auto sources = copy_sources(file);
    if (sources.empty() || path == "-")
        return {};
    const auto context = path.parent_path();
    const auto copied = copied_files(host, context, docker_ignore_of(host, context, path), sources);
    std::vector<CopiedScript> scripts;
    for (const auto& one : copied.files) {
        if (!may_be_script(one.path))
            continue;
        auto text = host.read(context / one.path);
        if (text && text->size() <= longest_dockerfile && is_script(one.path, *text))
            scripts.push_back({(context / one.path).native(), std::move(*text)});
    }
    return scripts;
}

// A Dockerfile and the scripts that it copies.
std::vector<ScannedFile> scanned_dockerfile(const Means& means, const std::string& path,
                                            std::string_view source)
{
    const auto file = parse_dockerfile(source);
    std::vector<ScannedFile> all{means.scanner.dockerfile(path, source, file)};
    const auto scripts = copied_scripts(means.host, path, file);
    const auto are_named = named_scripts(file, scripts);
    for (std::size_t i = 0; i < scripts.size(); ++i)
        all.push_back(means.scanner.script(scripts[i].path, scripts[i].text,
                                           are_named[i] ? ScriptUse::Started : ScriptUse::Copied));
    return all;
}

// What one input comes to, with what it brings along.
std::vector<ScannedFile> scan_one(const Means& means, const Input& input)
{
    const auto source = means.host.read(input.path == "-" ? standard_input : input.path);
    if (!source)
        return {unread(input, source.error().message)};
    if (input.kind == "compose")
        return {scanned_compose(means, input, *source)};
    if (input.kind == "command")
        return {scanned_command(means, input.path, *source)};
    if (input.kind == "script")
        return {means.scanner.script(input.path, *source, ScriptUse::Started)};
    return scanned_dockerfile(means, input.path, *source);
}

// On all processors; the results in the order of the inputs.
std::vector<ScannedFile> scan_all(const Means& means, const std::vector<Input>& inputs)
{
    std::vector<std::vector<ScannedFile>> results(inputs.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < inputs.size(); i = next++)
            results[i] = scan_one(means, inputs[i]);
    };
    {
        constexpr std::size_t worth_a_thread = 64; // inputs
        const auto most = std::max(1U, std::thread::hardware_concurrency());
        std::vector<std::jthread> threads;
        for (auto i = std::min<std::size_t>(most, inputs.size() / worth_a_thread + 1); i > 1; --i)
            threads.emplace_back(work);
        work();
    }
    std::vector<ScannedFile> files;
    std::map<std::string, std::size_t> scripts; // one that several copy is told once, at its worst
    for (auto& result : results)
        for (auto& file : result) {
            if (file.kind != "script") {
                files.push_back(std::move(file));
                continue;
            }
            const auto [known, is_new] = scripts.emplace(file.path, files.size());
            if (is_new)
                files.push_back(std::move(file));
            else if (files[known->second].verdict < file.verdict)
                files[known->second] = std::move(file);
        }
    return files;
}

// An image by what its config and its history say.
ScannedFile scanned_image(const Docker& docker, const Scanner& scanner, const std::string& name)
{
    const auto image = docker.image(name);
    const auto path = cat("image ", name);
    if (!image)
        return unread({path, "image"}, image.error().message);
    auto file = scanner.dockerfile(path, dockerfile_of(*image, name));
    file.kind = "image";
    return file;
}

std::vector<Input> inputs_of(const Host& host, const ScanAsked& asked,
                             std::vector<ScannedFile>& problems)
{
    std::vector<Input> inputs;
    for (const auto& path : asked.paths) {
        if (path == "-") {
            inputs.push_back({path, asked.kind.empty() ? "dockerfile" : asked.kind});
            continue;
        }
        const auto found =
            find_scannable(host, path, asked.no_ignore ? Ignored::Take : Ignored::Skip);
        for (const auto& file : found.files)
            inputs.push_back({file.path, asked.kind.empty() ? file.kind : asked.kind});
        for (const auto& problem : found.problems)
            problems.push_back(unread({problem.path, ""}, problem.message));
    }
    return inputs;
}

}

std::string digest_of(const Host& host, const ScannedFile& file)
{
    const auto text = host.read(file.path);
    return text ? cat("sha256:", sha256(*text)) : "";
}

Result<std::vector<ScannedFile>> scanned_inputs(const Node& node, const ScanAsked& asked)
{
    if (asked.paths.empty() && asked.start_command.empty() && asked.images.empty())
        return Error{ErrorKind::Malformed, "nothing to scan",
                     "name files or directories, - for standard input, --start-command or --image"};
    const Scanner scanner{TRY(scan_rules(node.host()))};
    std::optional<LimitRules> limits;
    if (asked.run_args) {
        limits = TRY(limit_rules_of(node.host()));
        if (!asked.tier.empty())
            limits = TRY(limit_rules_for(*std::move(limits), asked.tier));
    }
    const Means means{node.host(), scanner, limits};
    std::vector<ScannedFile> files;
    const auto inputs = inputs_of(node.host(), asked, files);
    auto scanned_files = scan_all(means, inputs);
    files.insert(files.end(), std::make_move_iterator(scanned_files.begin()),
                 std::make_move_iterator(scanned_files.end()));
    for (const auto& image : asked.images)
        files.push_back(scanned_image(node.docker(), scanner, image));
    if (!asked.start_command.empty())
        files.push_back(scanned_command(means, "start command", asked.start_command));
    return files;
}
