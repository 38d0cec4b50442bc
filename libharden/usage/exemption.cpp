#include "usage/exemption.h"

#include <algorithm>

namespace harden {

static constexpr auto from_container = "container";

static bool is_image_id(std::string_view text)
{
    constexpr std::string_view kind = "sha256:";
    constexpr std::size_t digits = 64;
    if (!text.starts_with(kind) || text.size() != kind.size() + digits)
        return false;
    return std::ranges::all_of(text.substr(kind.size()), [](char letter) {
        return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
    });
}

// A day, which is over at its beginning, or an instant; both in UTC.
static std::optional<TimePoint> instant_in(std::string_view text)
{
    const auto day = from_rfc3339(cat(text, "T00:00:00Z"));
    return day ? day : from_rfc3339(text);
}

static Result<> read_label(TableReader& table, Exemption& exemption)
{
    exemption.label = TRY(table.text_or("label", ""));
    exemption.label_source = TRY(table.text_or("label_source", ""));
    if (exemption.label.empty() != exemption.label_source.empty())
        return table.error_at("label", "a label is believed only with its label_source: "
                                       "\"container\", or the id of the image that brings it");
    if (exemption.label.empty())
        return done;
    const auto equals = exemption.label.find('=');
    if (equals == 0 || equals == std::string::npos)
        return table.error_at("label", "must be \"key=value\"");
    if (exemption.label_source != from_container && !is_image_id(exemption.label_source))
        return table.error_at("label_source", "must be \"container\" or an image's id, \"sha256:\" "
                                              "and 64 digits (docker images --no-trunc)");
    return done;
}

static Result<Exemption> exemption_in(std::string name, TableReader table)
{
    Exemption exemption{.name = std::move(name)};
    exemption.image = TRY(table.text_or("image", ""));
    if (!exemption.image.empty() && !is_image_id(exemption.image))
        return table.error_at("image", "must be an image's id, \"sha256:\" and 64 digits (docker "
                                       "images --no-trunc): names and tags can be moved");
    TRY(read_label(table, exemption));
    if (exemption.image.empty() && exemption.label.empty())
        return table.error_at("image", "an exemption needs an image's id or a label");
    exemption.reason = TRY(table.text("reason"));
    if (trim(exemption.reason).empty())
        return table.error_at("reason", "must not be empty");
    const auto expires = TRY(table.text("expires"));
    const auto instant = instant_in(expires);
    if (!instant)
        return table.error_at("expires", "must be a day or an instant of UTC in quotes, as in "
                                         "\"2027-03-31\" or \"2027-03-31T12:00:00Z\"");
    exemption.expires = *instant;
    exemption.origin = table.origin_of("expires");
    TRY(table.finish());
    return exemption;
}

Result<std::vector<Exemption>> exemptions_in(TableReader& document)
{
    std::vector<Exemption> exemptions;
    auto tables = TRY(document.tables("exempt"));
    for (auto& [name, table] : tables) {
        auto exemption = TRY(exemption_in(name, table));
        exemptions.push_back(std::move(exemption));
    }
    return exemptions;
}

static bool has_label(const Container& container, std::string_view label)
{
    const auto equals = label.find('=');
    const auto found = container.labels.find(label.substr(0, equals));
    return found != container.labels.end() && found->second == label.substr(equals + 1);
}

static bool fits(const Exemption& exemption, const Container& container)
{
    return (exemption.image.empty() || container.image_id == exemption.image) &&
           (exemption.label.empty() || has_label(container, exemption.label));
}

// Why the label is not believed; empty: it is.
static std::string doubt(const Exemption& exemption, const Container& container,
                         const ImageHasLabel& image_has)
{
    if (exemption.label.empty())
        return {};
    if (exemption.label_source != from_container)
        return container.image_id == exemption.label_source
                   ? std::string{}
                   : std::string{"its label comes from another image"};
    const auto inherited = image_has(container.image_id, exemption.label);
    if (!inherited)
        return cat("where its label comes from is unknown (", inherited.error().message, ")");
    return *inherited ? "its own image brings the label" : "";
}

static std::string day_of(const Exemption& exemption)
{
    return to_rfc3339(exemption.expires).substr(0, 10);
}

Exempted exempted(const Container& container, const std::vector<Exemption>& exemptions,
                  TimePoint now, const ImageHasLabel& image_has)
{
    Exempted outcome;
    for (const auto& exemption : exemptions) {
        if (!fits(exemption, container))
            continue;
        const auto why_not = now >= exemption.expires ? cat("expired on ", day_of(exemption))
                                                      : doubt(exemption, container, image_has);
        if (why_not.empty())
            return {exemption.name, {}};
        outcome.note = cat("exemption ", exemption.name, ": ", why_not);
    }
    return outcome;
}

std::string expired_note(const std::vector<Exemption>& exemptions, TimePoint now)
{
    std::vector<std::string> expired;
    for (const auto& exemption : exemptions)
        if (now >= exemption.expires)
            expired.push_back(
                cat(exemption.name, " (", to_text(exemption.origin), ", ", day_of(exemption), ")"));
    return expired.empty() ? "" : cat("expired exemptions: ", join(expired, ", "));
}

}
