#pragma once

#include "system/xt_backend.h"

#include <array>
#include <optional>

namespace harden {

// Legacy tables tell nobody of a change, so that ours are read again and compared.
class LegacyGlance {
public:
    // Never true on a host whose legacy tables are not in use.
    bool is_needed();
    // Whether our part is another one than the last time.
    bool has_changed();

private:
    using Filters = std::array<std::optional<XtFilter>, 2>;
    std::optional<Filters> look() const;

    XtBackend backend_ = legacy_backend();
    std::optional<Filters> last_;
};

}
