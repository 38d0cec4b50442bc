#pragma once

#include "base/settings.h"
#include "node/host.h"

namespace harden {

// The document `shipped_file` of the product with the site's own on top of it. The site's says the
// version that it is written for.
Result<Setting> with_site(std::string_view shipped_file, std::string_view site_text,
                          std::string_view site_file);
// The same with the file as it is on the host; where there is none the shipped document alone.
Result<Setting> site_settings(const Host& host, std::string_view shipped_file,
                              std::string_view site_file);

}
