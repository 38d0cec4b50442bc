#include "system/link_places.h"

#include "base/text.h"

namespace harden {

static constexpr std::string_view own_namespace = "/proc/self/ns/net";
static constexpr int nowhere = -1;

// First line: the namespace. Then a line a link: its number, the other end's, and its namespace.
static std::optional<std::string> heading(const Host& host)
{
    const auto status = host.status(Path{own_namespace});
    if (!status || status->target.empty())
        return std::nullopt;
    return status->target.string();
}

static std::optional<int> whole(std::string_view text)
{
    constexpr long long most = 1LL << 31;
    const auto number = to_number(text);
    if (!number || *number < nowhere || *number >= most)
        return std::nullopt;
    return static_cast<int>(*number);
}

static bool add_line(LinkPlaces& places, std::string_view line)
{
    const auto words = split(line, ' ');
    if (words.size() != 3)
        return false;
    const auto index = whole(words[0]);
    const auto peer = whole(words[1]);
    const auto number = whole(words[2]);
    if (!index || !peer || !number)
        return false;
    const auto peer_namespace = *number == nowhere ? std::nullopt : number;
    places.emplace_hint(places.end(), *index, LinkPlace{peer_namespace, *peer});
    return true;
}

LinkPlaces read_link_places(const Host& host, const Path& file)
{
    const auto text = host.read(file);
    const auto expected = heading(host);
    if (!text || !expected || !text->ends_with('\n'))
        return {};
    LinkPlaces places;
    bool is_first = true;
    for (const auto line : lines(*text)) {
        const bool is_right = is_first ? line == *expected : add_line(places, line);
        if (!is_right)
            return {};
        is_first = false;
    }
    return places;
}

Result<> keep_link_places(Host& host, const Path& file, const LinkPlaces& places)
{
    const auto first = heading(host);
    if (!first)
        return Error{ErrorKind::Failed, cat(own_namespace, ": cannot be read"), {}};
    auto text = cat(*first, "\n");
    for (const auto& [index, place] : places)
        if (place.is_settled)
            text += cat(std::to_string(index), " ", std::to_string(place.peer_index), " ",
                        std::to_string(place.peer_namespace.value_or(nowhere)), "\n");
    return host.write(file, text, {.mode = 0600});
}

}
