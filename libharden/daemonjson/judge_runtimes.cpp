#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace harden {

static constexpr std::string_view reserved = "runc";
static constexpr auto shell_characters = " \t\n\"'`$\\|&;<>()*?[]#~!{}";

Result<> looks_executable(const Host& host, const Path& file)
{
    auto status = TRY(host.status(file));
    for (int links = 0; status.type == FileType::Link && links < 8; ++links)
        return looks_executable(
            host, status.target.is_absolute() ? status.target : file.parent_path() / status.target);
    if (status.type != FileType::Regular || (status.mode & 0111U) == 0)
        return Error{ErrorKind::Failed, cat(file.native(), " is not an executable file"), {}};
    return done;
}

// What stands under a link in the middle of a path: "current/runsc".
static Path without_links(const Host& host, const Path& file)
{
    Path resolved = "/";
    for (const auto& part : file.relative_path()) {
        const auto next = resolved / part;
        const auto status = host.status(next);
        const bool is_link = status && status->type == FileType::Link;
        resolved = is_link
                       ? (status->target.is_absolute() ? status->target : resolved / status->target)
                       : next;
    }
    return resolved.lexically_normal();
}

static void judge_path(const Judge& judge, const std::string& name, const JsonValue& path)
{
    if (!path.text.starts_with('/') && path.text.find('/') != std::string::npos)
        return judge.error(path.span, "runtimes.path",
                           cat("the path of runtime \"", escaped(name), "\" is not absolute"));
    if (judge.facts.host == nullptr || !path.text.starts_with('/'))
        return;
    const auto looked =
        looks_executable(*judge.facts.host, without_links(*judge.facts.host, path.text));
    if (looked || looked.error().kind == ErrorKind::Denied)
        return;
    const auto* why = looked.is_absent() ? " does not exist" : " cannot be executed";
    judge.error(path.span, "runtimes.path",
                cat(escaped(path.text), why, ": dockerd starts, and every container of runtime \"",
                    escaped(name), "\" fails"),
                path.text.find("runsc") != std::string::npos ? "harden gvisor-install apply"
                                                             : "install the runtime first");
}

static void judge_arguments(const Judge& judge, const JsonValue& arguments)
{
    if (!judge.expect(arguments, JsonType::List, "\"runtimeArgs\""))
        return;
    for (const auto& argument : arguments.elements)
        if (judge.expect(argument, JsonType::Text, "a runtime argument") &&
            argument.text.find_first_of(shell_characters) != std::string::npos)
            judge.error(argument.span, "runtimes.arguments",
                        "dockerd writes runtimeArgs into a shell script without quoting them",
                        "use no characters that a shell reads");
}

static void judge_combination(const Judge& judge, const JsonMember& runtime)
{
    const auto has = [&](std::string_view key) {
        const auto* member = field_of(runtime.value, key);
        return member != nullptr && !member->value.is_text("");
    };
    // Docker before 23 drops what does not fit
    const auto* effect =
        judge.is_before({23, 0}) ? ": dockerd ignores half of it" : ": dockerd does not start";
    const auto error = [&](std::string_view message) {
        judge.error(runtime.key_span, "runtimes.combination",
                    cat("runtime \"", escaped(runtime.key), "\": ", message, effect));
    };
    if (!has("path") && !has("runtimeType"))
        error("neither path nor runtimeType is given");
    if (has("path") && has("runtimeType"))
        error("path and runtimeType exclude each other");
    if (has("path") && has("options"))
        error("options need runtimeType, not path");
    if (has("runtimeType") && has("runtimeArgs"))
        error("runtimeArgs need path, not runtimeType");
}

static void judge_runtime(const Judge& judge, const JsonMember& runtime)
{
    static const std::array<std::string, 4> known = {"path", "runtimeArgs", "runtimeType",
                                                     "options"};
    if (runtime.key == reserved)
        return judge.error(runtime.key_span, "runtimes.reserved",
                           "the runtime name \"runc\" is reserved: dockerd does not start, "
                           "although its own --validate accepts it since Docker 25",
                           "remove the entry: runc is built in");
    if (!judge.expect(runtime.value, JsonType::Object, "a runtime"))
        return;
    judge.fields(runtime.value, known, cat("runtime \"", escaped(runtime.key), "\""));
    judge_combination(judge, runtime);
    if (const auto* path = field_of(runtime.value, "path");
        path != nullptr && judge.expect(path->value, JsonType::Text, "\"path\""))
        judge_path(judge, runtime.key, path->value);
    if (const auto* type = field_of(runtime.value, "runtimeType"))
        judge.expect(type->value, JsonType::Text, "\"runtimeType\"");
    if (const auto* options = field_of(runtime.value, "options"))
        judge.expect(options->value, JsonType::Object, "\"options\"");
    if (const auto* arguments = field_of(runtime.value, "runtimeArgs"))
        judge_arguments(judge, arguments->value);
}

// A containerd shim's name, as "io.containerd.runsc.v1", needs no entry.
static bool is_shim_name(std::string_view name)
{
    const auto dot = name.find('.');
    return dot != std::string_view::npos && dot > 0 && name.find('/') == std::string_view::npos;
}

static bool is_given_as_flag(const Judge& judge, std::string_view name)
{
    return std::ranges::any_of(judge.facts.flags, [&](const std::string& flag) {
        return flag.starts_with(cat("--add-runtime=", name, "=")) ||
               flag.starts_with(cat(name, "="));
    });
}

static void judge_default(const Judge& judge, const JsonValue& wanted)
{
    const auto* runtimes = judge.object_at("runtimes");
    if (wanted.text == reserved || wanted.text.empty() || is_shim_name(wanted.text) ||
        (is_given_as_flag(judge, wanted.text) && !judge.is_before({23, 0})) ||
        (runtimes != nullptr && runtimes->find(wanted.text) != nullptr))
        return;
    std::vector<std::string> names{std::string{reserved}};
    if (runtimes != nullptr)
        for (const auto& member : runtimes->members)
            names.push_back(member.key);
    const auto near = nearest(wanted.text, names);
    judge.error(wanted.span, "runtimes.default",
                cat("no runtime is named ", escaped(json_string(wanted.text)),
                    ": dockerd does not start, although its own --validate accepts it since "
                    "Docker 25"),
                near ? cat("did you mean \"", escaped(*near), "\"")
                     : "define it under \"runtimes\"");
}

void judge_runtimes(const Judge& judge)
{
    if (const auto* runtimes = judge.object_at("runtimes"))
        for (const auto& runtime : runtimes->members)
            judge_runtime(judge, runtime);
    if (const auto* wanted = judge.text_at("default-runtime"))
        judge_default(judge, *wanted);
}

}
