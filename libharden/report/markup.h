#pragma once

#include "base/text.h"

#include <cstdint>

namespace harden {

inline constexpr std::size_t longest_evidence = 2000; // bytes of one finding's, in every format

// Foreign text inside an element or an attribute of XML or HTML: control bytes and what is not
// UTF-8 are escaped as on a terminal, which XML could not hold at all.
std::string in_xml(std::string_view foreign, std::size_t limit = longest_evidence);

// Foreign text in Markdown as GitHub and GitLab read it: no markup, no link, no mention.
std::string in_markdown(std::string_view foreign, std::size_t limit = longest_evidence);

// The same for everyone who asks, on every machine: FNV-1a, in hexadecimal.
std::string fingerprint(std::string_view text);

}
