#include "checks/packages.h"

namespace harden {

static std::string_view value_of(std::string_view line, std::string_view key)
{
    return line.starts_with(key) ? trim(line.substr(key.size())) : std::string_view{};
}

Packages parse_packages(std::string_view status)
{
    Packages packages;
    std::string_view name;
    std::string_view state;
    for (const auto line : lines(status)) {
        if (const auto value = value_of(line, "Package:"); !value.empty()) {
            name = value;
            state = {};
        } else if (const auto words = value_of(line, "Status:"); !words.empty()) {
            state = words;
        } else if (const auto version = value_of(line, "Version:"); !version.empty()) {
            if (!state.ends_with(" installed"))
                continue;
            packages.versions.insert_or_assign(std::string{name}, std::string{version});
            if (state.starts_with("hold "))
                packages.held.emplace_back(name);
        }
    }
    return packages;
}

Result<Packages> installed_packages(const Facts& facts)
{
    return parse_packages(TRY(facts.host().read("/var/lib/dpkg/status")));
}

static std::string_view take_digits(std::string_view& text)
{
    std::size_t length = 0;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9')
        ++length;
    auto digits = text.substr(0, length);
    text.remove_prefix(length);
    while (digits.size() > 1 && digits.front() == '0')
        digits.remove_prefix(1);
    return digits;
}

bool is_older(std::string_view one, std::string_view other)
{
    while (!one.empty() && !other.empty()) {
        const auto first = take_digits(one);
        const auto second = take_digits(other);
        if (first.size() != second.size())
            return first.size() < second.size();
        if (first != second)
            return first < second;
        if (one.empty() || other.empty())
            break;
        if (one.front() != other.front())
            return one.front() < other.front();
        one.remove_prefix(1);
        other.remove_prefix(1);
    }
    return one.empty() && !other.empty();
}

}
