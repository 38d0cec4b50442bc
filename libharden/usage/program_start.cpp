#include "usage/program_start.h"

#include <cstring>

namespace harden {

// A stack of a 64-bit program: the number of arguments, pointers to them and 0, pointers to the
// environment and 0, then pairs that the kernel tells it, of which one is the size of a page.
struct Stack {
    std::string_view memory;
    std::uint64_t address;

    std::size_t words() const { return memory.size() / sizeof(std::uint64_t); }
    std::uint64_t word(std::size_t at) const
    {
        std::uint64_t value = 0;
        if (at < words())
            std::memcpy(&value, memory.data() + at * sizeof value, sizeof value);
        return value;
    }
    // What the pointer points to, without its zero.
    std::optional<std::string_view> text(std::uint64_t pointer) const
    {
        if (pointer < address || pointer - address >= memory.size())
            return std::nullopt;
        const auto begin = pointer - address;
        const auto end = memory.find('\0', begin);
        if (end == std::string_view::npos)
            return std::nullopt;
        return memory.substr(begin, end - begin);
    }
};

// Pointers up to a 0; `at` is behind it then.
static std::optional<std::string> texts(const Stack& stack, std::size_t& at, std::size_t most)
{
    constexpr std::size_t longest = 65'536;
    std::string all;
    for (std::size_t count = 0; stack.word(at) != 0; ++at, ++count) {
        const auto text = stack.text(stack.word(at));
        if (!text || count == most || all.size() > longest)
            return std::nullopt;
        all.append(*text).push_back('\0');
    }
    ++at;
    return all;
}

static bool tells_the_page_size(const Stack& stack, std::size_t at)
{
    constexpr std::uint64_t page_size_key = 6;
    constexpr std::uint64_t page_size = 4096;
    constexpr std::size_t most_pairs = 32;
    for (std::size_t pair = 0; pair < most_pairs && stack.word(at) != 0; ++pair, at += 2)
        if (stack.word(at) == page_size_key)
            return stack.word(at + 1) == page_size;
    return false;
}

static std::optional<ProgramStart> start_at(const Stack& stack, std::size_t at)
{
    constexpr std::size_t most_variables = 1024;
    const auto count = stack.word(at++);
    if (stack.word(at + count) != 0)
        return std::nullopt;
    auto command = texts(stack, at, count);
    auto environment = command ? texts(stack, at, most_variables) : std::nullopt;
    if (!environment || !tells_the_page_size(stack, at))
        return std::nullopt;
    return ProgramStart{*std::move(command), *std::move(environment)};
}

std::optional<ProgramStart> program_start_in(std::string_view memory, std::uint64_t address)
{
    constexpr std::uint64_t most_arguments = 1024;
    const Stack stack{memory, address};
    for (std::size_t at = 0; at < stack.words(); ++at) {
        const auto count = stack.word(at);
        if (count == 0 || count > most_arguments || !stack.text(stack.word(at + 1)))
            continue;
        if (auto start = start_at(stack, at))
            return start;
    }
    return std::nullopt;
}

}
