#include "base/text.h"
#include "daemonjson/judge.h"
#include "daemonjson/size.h"

#include <algorithm>

namespace harden {

static bool is_truth(std::string_view text)
{
    static constexpr std::string_view words[] = {"1", "t", "T", "TRUE",  "true",  "True",
                                                 "0", "f", "F", "FALSE", "false", "False"};
    return std::ranges::find(words, text) != std::end(words);
}

bool is_set_true(const JsonValue& options, std::string_view key)
{
    const auto* value = options.find(key);
    return value != nullptr && is_truth(value->text) && value->text.find_first_of("1tT") == 0;
}

// "1h30m", "250ms"
static bool is_duration(std::string_view text)
{
    bool has_unit = text == "0";
    while (!text.empty() && text != "0") {
        const auto unit = text.find_first_not_of("0123456789.");
        if (unit == 0 || unit == std::string_view::npos)
            return false;
        const auto next = std::min(text.find_first_of("0123456789.", unit), text.size());
        static constexpr std::string_view units[] = {"ns", "us", "µs", "ms", "s", "m", "h"};
        if (std::ranges::find(units, text.substr(unit, next - unit)) == std::end(units))
            return false;
        has_unit = true;
        text.remove_prefix(next);
    }
    return has_unit;
}

// Whether each ( and [ of a regular expression closes; only a machine that runs it knows more.
static bool is_closed(std::string_view pattern)
{
    int open = 0;
    bool in_class = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '\\')
            ++at;
        else if (in_class)
            in_class = pattern[at] != ']';
        else if (pattern[at] == '[')
            in_class = true;
        else if (pattern[at] == '(')
            ++open;
        else if (pattern[at] == ')' && --open < 0)
            return false;
    }
    return open == 0 && !in_class;
}

static bool is_template(std::string_view text)
{
    for (auto open = text.find("{{"); open != std::string_view::npos; open = text.find("{{")) {
        const auto close = text.find("}}", open);
        if (close == std::string_view::npos)
            return false;
        text.remove_prefix(close + 2);
    }
    return true;
}

static bool is_endpoint(std::string_view text)
{
    const bool has_scheme = text.starts_with("udp://") || text.starts_with("tcp://");
    const auto colon = text.rfind(':');
    const auto port = to_number(text.substr(std::min(colon + 1, text.size())));
    return text.empty() || (has_scheme && colon > 6 && port && *port > 0 && *port <= 65535);
}

static bool is_positive(std::optional<double> size)
{
    return size && *size > 0;
}

namespace {

struct Kind {
    std::string_view name;
    bool (*holds)(std::string_view);
    std::string_view what;
    std::string_view example;
};

constexpr Kind kinds[] = {
    {"boolean", is_truth, "\"true\" or \"false\"", "\"true\""},
    {"size", [](std::string_view text) { return is_positive(size_in_bytes(text)); },
     "a size above 0", "\"10m\""},
    {"count", [](std::string_view text) { return to_number(text).value_or(0) > 0; },
     "a whole number above 0, as a string", "\"3\""},
    {"integer", [](std::string_view text) { return to_number(text).has_value(); },
     "a whole number, as a string", "\"3\""},
    {"duration", is_duration, "a duration", "\"1s\""},
    {"pattern", is_closed, "a regular expression whose brackets close", "\"^app-\""},
    {"template", is_template, "a template whose {{ closes", "\"{{.Name}}\""},
    {"url",
     [](std::string_view text) {
         return text.empty() || text.find("://") != std::string_view::npos;
     },
     "an address with its scheme", "\"udp://192.0.2.5:514\""},
    {"endpoint", is_endpoint, "udp:// or tcp:// with a host and a port",
     "\"udp://192.0.2.5:12201\""},
};

}

void judge_log_option(const Judge& judge, const LogOption& option, const JsonValue& value)
{
    const auto complain = [&](std::string_view what, std::string_view example) {
        judge.error(value.span, "log-opts.value",
                    cat("\"", option.name, "\" must be ", what,
                        ": dockerd does not start, or no container does"),
                    cat("as in ", example));
    };
    const auto& values = option.values;
    if (option.kind == "choice") {
        if (!value.text.empty() && std::ranges::find(values, value.text) == values.end())
            complain(cat("one of ", join(values, ", ")), json_string(values.front()));
        return;
    }
    const auto kind = std::ranges::find(kinds, option.kind, &Kind::name);
    if (kind != std::end(kinds) && !kind->holds(value.text))
        complain(kind->what, kind->example);
}

static bool goes_over_tcp(const JsonValue& options)
{
    const auto* address = options.find("gelf-address");
    return address != nullptr && address->text.starts_with("tcp://");
}

void judge_log_options_together(const Judge& judge, const JsonValue& options)
{
    const auto needs = [&](std::string_view key, bool is_over_tcp, std::string_view what) {
        const auto* value = field_of(options, key);
        if (value != nullptr && goes_over_tcp(options) != is_over_tcp)
            judge.error(
                value->key_span, "log-opts.together",
                cat("\"", key, "\" needs a gelf-address of ", what, ": dockerd does not start"));
    };
    if (options.find("gelf-address") != nullptr) {
        needs("gelf-tcp-max-reconnect", true, "tcp");
        needs("gelf-tcp-reconnect-delay", true, "tcp");
        needs("gelf-compression-type", false, "udp");
        needs("gelf-compression-level", false, "udp");
    }
    const auto* format = field_of(options, "awslogs-datetime-format");
    if (format != nullptr && options.find("awslogs-multiline-pattern") != nullptr)
        judge.error(format->key_span, "log-opts.together",
                    "awslogs-datetime-format and awslogs-multiline-pattern exclude each other: "
                    "dockerd does not start");
}

}
