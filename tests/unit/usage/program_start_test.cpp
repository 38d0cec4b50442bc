#include "support/catch.hpp"
#include "usage/program_start.h"

#include <cstring>
#include <vector>

using namespace harden;

static constexpr std::uint64_t base = 0x7ef932c00000;

// A stack as the kernel lays it out for a new program, `before` words above its end.
class NewStack {
public:
    NewStack(std::vector<std::string> arguments, std::vector<std::string> variables,
             std::uint64_t page_size = 4096)
    {
        std::vector<std::uint64_t> words{7, 7, 0, arguments.size()};
        const auto texts = (words.size() + arguments.size() + variables.size() + 8) * 8;
        std::string strings;
        const auto add = [&](const std::vector<std::string>& all) {
            for (const auto& text : all) {
                words.push_back(base + texts + strings.size());
                strings.append(text).push_back('\0');
            }
            words.push_back(0);
        };
        add(arguments);
        add(variables);
        words.insert(words.end(), {33, 0x7fff0000, 6, page_size, 0, 0});
        memory.resize(words.size() * 8);
        std::memcpy(memory.data(), words.data(), memory.size());
        memory += strings;
    }
    std::string memory;
};

TEST_CASE("a program's arguments and environment are read from its stack")
{
    const NewStack stack{{"/bin/x", "-o", "pool:1"}, {"A=b", "C="}};
    const auto start = program_start_in(stack.memory, base);
    REQUIRE(start);
    CHECK(start->command == std::string{"/bin/x\0-o\0pool:1\0", 17});
    CHECK(start->environment == std::string{"A=b\0C=\0", 7});
}

TEST_CASE("other memory holds none")
{
    CHECK_FALSE(program_start_in("", base));
    CHECK_FALSE(program_start_in(std::string(4096, '\0'), base));
    CHECK_FALSE(program_start_in(std::string(4096, '\1'), base));
    const NewStack stack{{"/bin/x"}, {"A=b"}};
    CHECK_FALSE(program_start_in(stack.memory, base + 4096)); // pointers that lead elsewhere
    CHECK_FALSE(program_start_in(stack.memory.substr(0, 60), base));
    CHECK_FALSE(program_start_in(NewStack({"/bin/x"}, {}, 4097).memory, base));
}
