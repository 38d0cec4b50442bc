#include "usage/rule_values.h"

namespace harden {

Result<int> points_in(TableReader& table, std::string_view key)
{
    constexpr std::int64_t most = 100;
    const auto value = TRY(table.integer(key, 0, most));
    return static_cast<int>(value);
}

Result<int> intervals_in(TableReader& table, std::string_view key, std::int64_t most)
{
    const auto value = TRY(table.integer(key, 1, most));
    return static_cast<int>(value);
}

}
