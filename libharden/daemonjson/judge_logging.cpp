#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>

namespace harden {

static constexpr auto default_driver = "json-file";

static const LogDriver* driver_of(const KeyTable& table, std::string_view name)
{
    const auto found = std::ranges::find(table.log_drivers, name, &LogDriver::name);
    return found == table.log_drivers.end() ? nullptr : &*found;
}

static const LogOption* option_of(const KeyTable& table, std::string_view name)
{
    const auto found = std::ranges::find(table.log_options, name, &LogOption::name);
    return found == table.log_options.end() ? nullptr : &*found;
}

static std::vector<std::string> options_of(const Judge& judge, const LogDriver& driver)
{
    auto options = driver.options;
    const auto& common = judge.table.common_log_options;
    options.insert(options.end(), common.begin(), common.end());
    std::erase_if(options, [&](const std::string& name) {
        const auto* rule = option_of(judge.table, name);
        return rule != nullptr && !judge.applies(rule->versions);
    });
    return options;
}

static void judge_option_name(const Judge& judge, const JsonMember& option, const LogDriver& driver)
{
    const auto known = options_of(judge, driver);
    if (std::ranges::find(known, option.key) != known.end())
        return;
    const auto near = nearest(option.key, known);
    judge.error(option.key_span, "log-opts.unknown",
                cat("unknown option ", escaped(json_string(option.key)), " of log driver \"",
                    driver.name, "\": dockerd does not start"),
                near ? cat("did you mean \"", *near, "\"") : cat("it knows ", join(known, ", ")));
}

static void judge_option_type(const Judge& judge, const JsonMember& option, bool is_any)
{
    if (option.value.type == JsonType::Text) {
        if (const auto* rule = option_of(judge.table, option.key); rule != nullptr && !is_any)
            judge_log_option(judge, *rule, option.value);
        return;
    }
    std::string advice;
    if (option.value.type == JsonType::Number)
        advice = cat("write \"", option.value.text, "\"");
    if (option.value.type == JsonType::Boolean)
        advice = option.value.boolean ? "write \"true\"" : "write \"false\"";
    judge.error(option.value.span, "log-opts.type",
                cat("values of \"log-opts\" are strings, this is ", name_of(option.value.type)),
                std::move(advice));
}

static void judge_together(const Judge& judge, const JsonValue& options, const LogDriver& driver)
{
    const auto* files = options.find("max-file");
    const bool one_file = files == nullptr ? driver.name == default_driver : files->text == "1";
    const bool unbounded = driver.name == default_driver && options.find("max-size") == nullptr;
    if (is_set_true(options, "compress") && (one_file || unbounded))
        judge.error(options.find("compress")->span, "log-opts.compress",
                    "compress needs max-size and a max-file of 2 or more: no container starts");
    if (files != nullptr && files->type == JsonType::Text && unbounded)
        judge.warn(field_of(options, "max-file")->key_span, "log-opts.unbounded",
                   "without max-size there is one file, and it grows without end",
                   "as in \"max-size\": \"10m\"");
    const auto* mode = options.find("mode");
    const auto* buffer = options.find("max-buffer-size");
    if (buffer != nullptr && (mode == nullptr || !mode->is_text("non-blocking")))
        judge.error(buffer->span, "log-opts.buffer",
                    "max-buffer-size needs \"mode\": \"non-blocking\": dockerd does not start");
}

static void judge_required(const Judge& judge, const LogDriver& driver, const JsonValue* options)
{
    for (const auto& name : driver.required)
        if (options == nullptr || options->find(name) == nullptr)
            judge.error(judge.root.find("log-driver")->span, "log-opts.missing",
                        cat("log driver \"", driver.name, "\" needs the option \"", name,
                            "\": dockerd does not start"));
}

static void judge_driver_name(const Judge& judge, const JsonValue& wanted)
{
    const auto* driver = driver_of(judge.table, wanted.text);
    if (driver == nullptr) {
        std::vector<std::string> names;
        for (const auto& one : judge.table.log_drivers)
            names.push_back(one.name);
        const auto near = nearest(wanted.text, names);
        judge.error(wanted.span, "log-driver.unknown",
                    cat("unknown log driver ", escaped(json_string(wanted.text)),
                        ": dockerd starts, and no container does"),
                    near ? cat("did you mean \"", *near, "\"")
                         : cat("one of ", join(names, ", "), ", or an installed plugin"));
    } else if (!judge.applies(driver->versions)) {
        judge.error(wanted.span, "log-driver.removed",
                    cat("log driver \"", driver->name, "\" went away after Docker ",
                        to_text(*driver->versions.until)));
    }
}

// A plugin's name has a slash or a tag; which options it takes only it knows.
static bool is_plugin(std::string_view name)
{
    return name.find_first_of("/:") != std::string_view::npos;
}

void judge_logging(const Judge& judge)
{
    const auto* wanted = judge.text_at("log-driver");
    const auto* options = judge.object_at("log-opts");
    if (wanted != nullptr && is_plugin(wanted->text))
        return;
    if (wanted != nullptr)
        judge_driver_name(judge, *wanted);
    const auto* driver = driver_of(judge.table, wanted == nullptr ? default_driver : wanted->text);
    if (wanted != nullptr && driver != nullptr)
        judge_required(judge, *driver, options);
    if (options == nullptr)
        return;
    for (const auto& option : options->members) {
        const bool is_none = driver != nullptr && driver->name == "none";
        judge_option_type(judge, option, is_none);
        if (driver != nullptr && !is_none)
            judge_option_name(judge, option, *driver);
    }
    if (driver != nullptr && driver->name != "none") {
        judge_together(judge, *options, *driver);
        judge_log_options_together(judge, *options);
    }
}

}
