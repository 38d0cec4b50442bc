#pragma once

#include "base/settings.h"
#include "base/time.h"
#include "node/docker.h"

#include <functional>

namespace harden {

// Containers that the operator has said are no miners, whatever they look like. They are judged
// and logged all the same. Names never exempt: tenants choose them.
struct Exemption {
    std::string name;  // the operator's own, for the log
    std::string image; // "sha256:…", the image's id; empty: any
    std::string label; // "key=value"; empty: none is wanted
    // Where the label is believed to come from: "container", from whoever makes containers here and
    // not from the image, or the id of the one image that may bring it.
    std::string label_source;
    std::string reason;
    TimePoint expires;
    Origin origin;
};

Result<std::vector<Exemption>> exemptions_in(TableReader& document);

// Whether the image itself carries that label; asked for containers whose exemption hangs on it.
using ImageHasLabel =
    std::function<Result<bool>(std::string_view image_id, std::string_view label)>;

struct Exempted {
    std::string by;   // the exemption's name; empty: none holds
    std::string note; // why one that fits the container does not hold
};
Exempted exempted(const Container& container, const std::vector<Exemption>& exemptions,
                  TimePoint now, const ImageHasLabel& image_has);

// What the log says of those that have expired; empty where none has.
std::string expired_note(const std::vector<Exemption>& exemptions, TimePoint now);

}
