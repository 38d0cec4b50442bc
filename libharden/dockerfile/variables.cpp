#include "dockerfile/variables.h"

namespace harden {

void Variables::set(std::string name, std::string value)
{
    values_.insert_or_assign(std::move(name), std::move(value));
}

void Variables::unset(std::string_view name)
{
    if (const auto found = values_.find(name); found != values_.end())
        values_.erase(found);
}

const std::string* Variables::find(std::string_view name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

}
