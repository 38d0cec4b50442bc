#include "dockerfile/image_config.h"

#include "base/json_view.h"
#include "base/text.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t longest_image_text = 1 << 20; // bytes

static bool is_plain(std::string_view text)
{
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_-./:@") == std::string_view::npos;
}

// In one line that ends where it ends: no line break, and no backslash before the end.
static std::string in_one_line(std::string_view text)
{
    std::string line{text};
    for (auto& letter : line)
        if (static_cast<unsigned char>(letter) < 0x20)
            letter = ' ';
    while (!line.empty() && (line.back() == '\\' || line.back() == '`' || line.back() == ' '))
        line.pop_back();
    return line;
}

static std::string json_list(const std::vector<std::string>& words)
{
    std::string list = "[";
    for (const auto& word : words)
        list += cat(list.size() > 1 ? ", " : "", json_quoted(word));
    return list + "]";
}

static std::string_view without(std::string_view text, std::string_view prefix)
{
    return text.starts_with(prefix) ? trim(text.substr(prefix.size())) : text;
}

// "|2 A=b C=d /bin/sh -c …": the arguments of the build stand before the command.
static std::string_view without_arguments(std::string_view text)
{
    constexpr std::string_view shell = "/bin/sh -c ";
    const auto at = text.find(shell);
    return text.starts_with('|') && at != std::string_view::npos ? text.substr(at) : text;
}

// A line that a shell would read otherwise than it stands here goes into the JSON form.
static std::string run_line_of(std::string_view command)
{
    constexpr std::string_view shell = "/bin/sh -c";
    command = without(without_arguments(trim(command)), shell);
    const bool is_safe = in_one_line(command) == command && !command.starts_with('[') &&
                         command.find("<<") == std::string_view::npos && !command.starts_with("--");
    if (is_safe)
        return cat("RUN ", command);
    return cat("RUN ", json_list({"/bin/sh", "-c", std::string{command}}));
}

// What copied: its text as a comment where it would begin a heredoc.
static std::string copy_line_of(std::string_view layer)
{
    const auto line = in_one_line(layer);
    return cat(line.find("<<") == std::string::npos ? "" : "# ", line);
}

// One layer's own words, in the classic builder's form or BuildKit's; empty where the config says
// it as well.
static std::string line_of(std::string_view layer)
{
    constexpr std::string_view classic = "/bin/sh -c #(nop)";
    constexpr std::string_view buildkit = "# buildkit";
    layer = trim(layer);
    if (layer.ends_with(buildkit))
        layer = trim(layer.substr(0, layer.size() - buildkit.size()));
    const bool is_instruction = layer.starts_with(classic);
    layer = without(layer, classic);
    if (layer.starts_with("COPY ") || layer.starts_with("ADD "))
        return copy_line_of(layer);
    if (layer.starts_with("RUN "))
        return run_line_of(layer.substr(4));
    const bool is_command = layer.starts_with("/bin/") || layer.starts_with('|');
    return is_command && !is_instruction ? run_line_of(layer) : std::string{};
}

// In double quotes, where nothing in it is special.
static std::string quoted(std::string_view text)
{
    std::string safe = "\"";
    for (const char letter : in_one_line(text)) {
        if (letter == '"' || letter == '\\' || letter == '$')
            safe += '\\';
        safe += letter;
    }
    return safe + "\"";
}

static std::string pair_line(std::string_view keyword, std::string_view name,
                             std::string_view value)
{
    return is_plain(name) ? cat(keyword, " ", name, "=", quoted(value), "\n") : std::string{};
}

static std::string health_line(const std::vector<std::string>& test)
{
    if (test.size() < 2)
        return {};
    const std::vector<std::string> words{test.begin() + 1, test.end()};
    return cat("HEALTHCHECK CMD ",
               json_list(test.front() == "CMD-SHELL"
                             ? std::vector<std::string>{"/bin/sh", "-c", words.front()}
                             : words),
               "\n");
}

static std::string config_lines(const ImageDetails& image)
{
    std::string text;
    for (const auto& variable : image.environment) {
        const auto equals = std::min(variable.find('='), variable.size());
        text += pair_line("ENV", variable.substr(0, equals),
                          variable.substr(std::min(equals + 1, variable.size())));
    }
    for (const auto& [name, value] : image.labels)
        text += pair_line("LABEL", name, value);
    for (const auto& port : image.ports)
        text += is_plain(port) ? cat("EXPOSE ", port, "\n") : std::string{};
    for (const auto& volume : image.volumes)
        text += cat("VOLUME ", json_list({volume}), "\n");
    for (const auto& instruction : image.on_build)
        text += cat(instruction.find("<<") == std::string::npos ? "ONBUILD " : "# ONBUILD ",
                    in_one_line(instruction), "\n");
    if (!image.directory.empty())
        text += cat("WORKDIR ", in_one_line(image.directory), "\n");
    if (is_plain(image.user))
        text += cat("USER ", image.user, "\n");
    text += health_line(image.health_check);
    if (!image.entrypoint.empty())
        text += cat("ENTRYPOINT ", json_list(image.entrypoint), "\n");
    if (!image.command.empty())
        text += cat("CMD ", json_list(image.command), "\n");
    return text;
}

// What the config says comes first to the bound: it is what runs.
std::string dockerfile_of(const ImageDetails& image, std::string_view name)
{
    const auto config = config_lines(image);
    auto text = cat("FROM ", is_plain(name) ? name : "scratch", "\n");
    for (const auto& layer : image.history) {
        const auto line = line_of(layer);
        if (!line.empty() && text.size() + line.size() + config.size() < longest_image_text)
            text += cat(line, "\n");
    }
    return text + config;
}

}
