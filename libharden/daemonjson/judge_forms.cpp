#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <cctype>

namespace harden {

static bool all_of(std::string_view text, bool (*holds)(unsigned char))
{
    return !text.empty() && std::ranges::all_of(text, holds);
}

static bool in_a_name(unsigned char c)
{
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
}

static bool in_a_host(unsigned char c)
{
    return in_a_name(c) || c == ':' || c == '[' || c == ']' || c == '/';
}

static bool is_domain(std::string_view text)
{
    const bool has_letter =
        std::ranges::any_of(text, [](unsigned char c) { return std::isalpha(c); });
    return text == "." || (has_letter && text.size() < 255 && all_of(text, in_a_name));
}

static bool is_resource(std::string_view text)
{
    const auto equals = text.find('=');
    return equals != std::string_view::npos && equals > 0 && equals + 1 < text.size();
}

static bool is_registry(std::string_view text)
{
    for (const std::string_view scheme : {"http://", "https://"})
        if (text.starts_with(scheme))
            text.remove_prefix(scheme.size());
    return all_of(text, in_a_host);
}

// A number as Go writes one: 12, 0x1f, 0b11, 017.
static bool is_mark(std::string_view text)
{
    const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
    if (text.starts_with("0x") || text.starts_with("0X"))
        return text.size() <= 10 && all_of(text.substr(2), is_hex);
    const auto number = to_number(text);
    return all_of(text, is_digit) && number && *number <= 0xFFFFFFFFLL;
}

static bool is_mark_and_mask(std::string_view text)
{
    const auto slash = text.find('/');
    return text.empty() || (is_mark(text.substr(0, slash)) &&
                            (slash == std::string_view::npos || is_mark(text.substr(slash + 1))));
}

static bool is_api_version(std::string_view text)
{
    const auto dot = text.find('.');
    return dot != std::string_view::npos && to_number(text.substr(0, dot)) &&
           to_number(text.substr(dot + 1));
}

namespace {

// A key whose strings have a form.
struct Form {
    std::string_view key;
    bool (*holds)(std::string_view);
    std::string_view id;
    std::string_view what;
    std::string_view example;
};

constexpr Form forms[] = {
    {"dns-search", is_domain, "dns-search.form", "a domain", "\"corp.example\""},
    {"node-generic-resources", is_resource, "generic-resources.form", "NAME=VALUE", "\"gpu=4\""},
    {"insecure-registries", is_registry, "insecure-registries.form", "a host or a network",
     "\"registry.example:5000\""},
    {"bridge-accept-fwmark", is_mark_and_mask, "fwmark.form", "a mark, or a mark and its mask",
     "\"0x1/0x3\""},
    {"min-api-version", is_api_version, "min-api-version.form", "a version of the API", "\"1.44\""},
};

}

static void judge_form(const Judge& judge, const Form& form, const JsonValue& value)
{
    if (value.type == JsonType::Text && !form.holds(value.text))
        judge.error(value.span, std::string{form.id},
                    cat(escaped(json_string(value.text)), " is not ", form.what,
                        ": dockerd does not start"),
                    cat("as in ", form.example));
}

static void judge_network_options(const Judge& judge)
{
    const auto* drivers = judge.object_at("default-network-opts");
    if (drivers == nullptr)
        return;
    for (const auto& driver : drivers->members) {
        const auto what = cat("the options of \"", escaped(driver.key), "\"");
        if (!judge.expect(driver.value, JsonType::Object, what))
            continue;
        for (const auto& option : driver.value.members)
            judge.expect(option.value, JsonType::Text, cat("\"", escaped(option.key), "\""));
    }
}

void judge_forms(const Judge& judge)
{
    for (const auto& form : forms) {
        if (const auto* value = judge.text_at(form.key))
            judge_form(judge, form, *value);
        if (const auto* values = judge.list_at(form.key))
            for (const auto& value : values->elements)
                judge_form(judge, form, value);
    }
    judge_network_options(judge);
}

}
