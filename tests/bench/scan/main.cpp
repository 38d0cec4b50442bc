#include "base/settings.h"
#include "bench/bench.h"
#include "corpus.h"
#include "generated.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace harden;

namespace {

constexpr std::size_t file_count = 100'000;
constexpr int rounds = 3;

std::string text_of(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

Scanner shipped_scanner()
{
    const std::filesystem::path file{HARDEN_SOURCE "/rules/scan.toml"};
    auto rules = scan_rules_from(*parse_toml(text_of(file), file.native()));
    if (!rules) {
        std::fprintf(stderr, "%s\n", rules.error().message.c_str());
        std::exit(2);
    }
    return Scanner{*std::move(rules)};
}

void print_speed(const char* what, const std::vector<std::string>& files, std::size_t bytes,
                 const std::function<void(const std::string&)>& work)
{
    const auto spent = bench::median(
        rounds, [] {}, [&] { std::for_each(files.begin(), files.end(), work); });
    std::printf("%-32s %6.0f MB/s  %7.2f s for %zu files\n", what,
                static_cast<double>(bytes) / 1e3 / spent.cpu_ms, spent.cpu_ms / 1e3, files.size());
}

// One core, in memory: parse, then parse, decode and judge.
void measure(const Scanner& scanner)
{
    const auto files = bench::generated_dockerfiles(file_count, 1);
    std::size_t bytes = 0;
    std::vector<double> sizes;
    for (const auto& file : files) {
        bytes += file.size();
        sizes.push_back(static_cast<double>(file.size()));
    }
    std::printf("%zu files, %.1f MB, median %.0f bytes; CPU time on one core\n", files.size(),
                static_cast<double>(bytes) / 1e6, bench::median(sizes));
    std::size_t rejected = 0;
    print_speed("parse", files, bytes, [&](const std::string& text) {
        rejected += parse_dockerfile(text).instructions().empty();
    });
    print_speed("parse, decode and judge", files, bytes, [&](const std::string& text) {
        rejected += scanner.dockerfile("Dockerfile", text).verdict == ScanVerdict::Reject;
    });
    std::printf("%zu rejected\n", rejected / (rounds));
}

// The same files where another program can read them.
void write_files(const std::filesystem::path& directory)
{
    const auto files = bench::generated_dockerfiles(file_count, 1);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto folder = directory / std::to_string(i / 1000) / std::to_string(i);
        std::filesystem::create_directories(folder);
        std::ofstream{folder / "Dockerfile", std::ios::binary} << files[i];
    }
}

void print_words(const Scanner& scanner)
{
    for (const auto& target : scanner.rules().targets)
        std::printf("%s\n", target.word.c_str());
}

}

// bench_scan: the speed. bench_scan --corpus DIRECTORY: how right it is. --write DIRECTORY,
// --words: for what it is compared with.
int main(int argc, char** argv)
{
    const auto scanner = shipped_scanner();
    const std::string word = argc > 1 ? argv[1] : "";
    if (word == "--corpus" && argc > 2) {
        auto cases = bench::labelled_cases(argv[2]);
        bench::judge(cases, scanner);
        return bench::print_corpus(cases) ? 0 : 1;
    }
    if (word == "--write" && argc > 2)
        write_files(argv[2]);
    else if (word == "--words")
        print_words(scanner);
    else
        measure(scanner);
    return 0;
}
