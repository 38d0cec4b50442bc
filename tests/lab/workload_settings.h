#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace workload {

using Clock = std::chrono::steady_clock;

// "MODE name=value…", and when to end.
struct Settings {
    std::string mode;
    std::map<std::string, std::string, std::less<>> values;
    Clock::time_point end;

    std::string text(std::string_view name, std::string_view otherwise = "") const
    {
        const auto value = values.find(name);
        return value == values.end() ? std::string{otherwise} : value->second;
    }
    int number(std::string_view name, int otherwise) const
    {
        const auto value = text(name);
        int result = otherwise;
        std::from_chars(value.data(), value.data() + value.size(), result);
        return result;
    }
    std::string file(std::string_view name) const
    {
        std::ifstream in{text(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    bool is_over() const { return Clock::now() >= end; }

    static std::optional<Settings> from(std::span<char*> words)
    {
        Settings settings;
        if (words.size() < 2)
            return std::nullopt;
        settings.mode = words[1];
        for (const std::string_view word : words.subspan(2)) {
            const auto sign = word.find('=');
            if (sign == std::string_view::npos)
                return std::nullopt;
            settings.values[std::string{word.substr(0, sign)}] = word.substr(sign + 1);
        }
        settings.end = Clock::now() + std::chrono::seconds{settings.number("seconds", 600)};
        return settings;
    }
};

} // namespace workload
