#pragma once

#include "node/host.h"

#include <map>
#include <optional>

namespace harden {

// Where the other end of a link is.
struct LinkPlace {
    std::optional<int> peer_namespace;
    int peer_index = 0;
    bool is_settled = true; // false: a pair whose other end may still be on its way
    bool operator==(const LinkPlace&) const = default;
};

// Where links lead, by their number, from one look to the next: listing it costs twenty times as
// much as their counters. A link keeps its number and its other end for as long as it is, and a
// number is not given again.
using LinkPlaces = std::map<int, LinkPlace>;

// Those that were kept for this network namespace since the host started; none where the file is
// not there or not whole.
LinkPlaces read_link_places(const Host& host, const Path& file);
// The settled ones.
Result<> keep_link_places(Host& host, const Path& file, const LinkPlaces& places);

}
