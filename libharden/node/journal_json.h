#pragma once

#include "node/journal.h"

namespace harden {

// schema "harden.tx/1"
std::string to_json(const TxRecord& record);
Result<TxRecord> record_from_json(std::string_view text);

}
