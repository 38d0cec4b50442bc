// Runs a fuzz target without libFuzzer: over every file of its corpus, and over mutations of each
// with a fixed seed. HARDEN_FULL in the environment multiplies the mutations by 100.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

static constexpr unsigned seed = 20261122;

static void try_one(const std::string& input)
{
    const std::vector<std::uint8_t> bytes{input.begin(), input.end()};
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

static std::string mutated(std::string input, std::mt19937& random)
{
    const auto below = [&](std::size_t limit) {
        return random() % std::max<std::size_t>(limit, 1);
    };
    for (auto edits = 1 + below(8); edits > 0; --edits) {
        const auto at = below(input.size());
        switch (below(4)) {
        case 0:
            input.insert(at, 1, static_cast<char>(random()));
            break;
        case 1:
            input.erase(at, below(16));
            break;
        case 2:
            input.insert(at, input.substr(below(input.size()), below(64)));
            break;
        default:
            if (!input.empty())
                input[at] = static_cast<char>(random());
        }
    }
    return input;
}

int main(int argc, char** argv)
{
    const int rounds = std::getenv("HARDEN_FULL") != nullptr ? 20'000 : 200;
    std::mt19937 random{seed};
    std::vector<std::string> corpus{""};
    // In the order of their names, so that the mutations are the same on every machine.
    std::set<std::filesystem::path> paths;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator{argv[i]})
            paths.insert(entry.path());
    for (const auto& path : paths) {
        std::ifstream file{path, std::ios::binary};
        corpus.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
    }
    for (const auto& input : corpus) {
        try_one(input);
        for (int round = 0; round < rounds; ++round)
            try_one(mutated(input, random));
    }
    std::printf("%zu inputs, %d mutations each, seed %u\n", corpus.size(), rounds, seed);
    return corpus.size() > 1 ? 0 : 1; // an empty corpus tests nothing
}
