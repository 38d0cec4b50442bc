#include "dockerfile/container_request.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace harden {

static std::string lowered(std::string_view text)
{
    std::string lower{text};
    for (auto& letter : lower)
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter | 0x20);
    return lower;
}

bool is_true(std::string_view text)
{
    constexpr std::array<std::string_view, 6> words{"1", "t", "true", "y", "yes", "on"};
    return std::ranges::find(words, lowered(text)) != words.end();
}

bool is_true(const std::optional<PlacedText>& given)
{
    return given && is_true(given->text);
}

// The power of 1024 of "k", "mb", "GiB", "" and "b".
static std::optional<int> power_of(std::string_view unit)
{
    constexpr std::string_view letters = "kmgtp";
    auto name = lowered(unit);
    const bool in_bytes = name.ends_with('b');
    if (in_bytes)
        name.pop_back();
    if (in_bytes && name.size() == 2 && name.ends_with('i'))
        name.pop_back();
    if (name.empty())
        return 0;
    const auto at = letters.find(name.front());
    if (name.size() != 1 || at == std::string_view::npos)
        return {};
    return static_cast<int>(at) + 1;
}

std::optional<std::int64_t> requested_bytes(std::string_view text)
{
    text = trim(text);
    constexpr double most = 1152921504606846976.0; // 2 to the 60th
    const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = text.substr(0, end);
    const auto power = power_of(trim(text.substr(end)));
    double value = 0;
    const auto [stop, problem] =
        std::from_chars(number.data(), number.data() + number.size(), value);
    if (!power || number.empty() || problem != std::errc{} || stop != number.data() + number.size())
        return {};
    for (int i = 0; i < *power; ++i)
        value *= 1024;
    return value > most ? std::nullopt : std::optional{static_cast<std::int64_t>(value)};
}

static bool is_path(std::string_view text)
{
    return text.starts_with('/') || text.starts_with('.') || text.starts_with('~') ||
           text.starts_with('$');
}

RequestedMount mount_from(const PlacedText& text)
{
    const auto parts = split(text.text, ':');
    RequestedMount mount{.type = "volume", .source = {"", text.offset}};
    if (parts.size() == 1) {
        mount.target = parts[0];
        return mount;
    }
    mount.source.text = parts[0];
    mount.type = is_path(parts[0]) ? "bind" : "volume";
    mount.target = parts[1];
    if (parts.size() < 3)
        return mount;
    for (const auto option : split(parts[2], ',')) {
        if (option == "ro" || option == "readonly")
            mount.is_writable = false;
        if (option.ends_with("shared") || option.ends_with("slave") || option.ends_with("private"))
            mount.propagation = option;
    }
    return mount;
}

RequestedTmpfs tmpfs_from(const PlacedText& text)
{
    const auto colon = std::min(text.text.find(':'), text.text.size());
    return {.place = {text.text.substr(0, colon), text.offset},
            .options = text.text.substr(std::min(colon + 1, text.text.size()))};
}

RequestedPair pair_from(const PlacedText& text)
{
    const auto equals = text.text.find('=');
    if (equals == std::string::npos)
        return {.name = text, .value = {}};
    return {.name = {text.text.substr(0, equals), text.offset},
            .value = text.text.substr(equals + 1)};
}

template<class Row, class Same>
static void put_by(std::vector<Row>& all, Row row, Same same)
{
    const auto found =
        std::ranges::find_if(all, [&](const Row& other) { return same(other, row); });
    if (found == all.end())
        all.push_back(std::move(row));
    else
        *found = std::move(row);
}

void put(std::vector<RequestedPair>& pairs, RequestedPair pair)
{
    put_by(pairs, std::move(pair), [](const RequestedPair& one, const RequestedPair& other) {
        return one.name.text == other.name.text;
    });
}

void put(std::vector<RequestedTmpfs>& all, RequestedTmpfs tmpfs)
{
    put_by(all, std::move(tmpfs), [](const RequestedTmpfs& one, const RequestedTmpfs& other) {
        return one.place.text == other.place.text;
    });
}

void put(std::vector<RequestedMount>& all, RequestedMount mount)
{
    put_by(all, std::move(mount), [](const RequestedMount& one, const RequestedMount& other) {
        return one.target == other.target;
    });
}

}
