#include "gvisor/release.h"

#include <algorithm>
#include <cctype>

namespace harden {

using Checksums = std::map<std::string, std::string, std::less<>>;

Result<std::string> release_of(std::string_view version_output)
{
    constexpr std::string_view mark = "runsc version ";
    constexpr std::size_t longest = 64;
    const auto line = version_output.substr(0, version_output.find('\n'));
    const auto name = line.starts_with(mark) ? trim(line.substr(mark.size())) : std::string_view{};
    const bool is_plain = std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view{"-._~+"}.find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (name.empty() || name.size() > longest || !is_plain || name.front() == '.')
        return Error{ErrorKind::Malformed, cat("runsc --version answers ", escaped(line, 80)), {}};
    return std::string{name};
}

std::optional<std::string> elf_machine(std::string_view bytes)
{
    constexpr std::string_view magic = "\x7f"
                                       "ELF\x02\x01";
    constexpr std::size_t machine_at = 18;
    constexpr std::size_t header = 64;
    if (!bytes.starts_with(magic) || bytes.size() < header)
        return std::nullopt;
    const auto low = static_cast<unsigned char>(bytes[machine_at]);
    const auto high = static_cast<unsigned char>(bytes[machine_at + 1]);
    const auto machine = static_cast<unsigned>(low) | static_cast<unsigned>(high) << 8U;
    if (machine == 62)
        return "x86_64";
    if (machine == 183)
        return "aarch64";
    return cat("machine ", std::to_string(machine));
}

bool is_web_page(std::string_view bytes)
{
    const auto start = trim(bytes.substr(0, 256));
    return start.starts_with("<") || start.starts_with("\xEF\xBB\xBF<");
}

static bool is_sha512(std::string_view text)
{
    return text.size() == 128 &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

Result<Checksums> checksums(std::string_view text)
{
    Checksums sums;
    for (const auto line : lines(text)) {
        const auto row = trim(line);
        if (row.empty())
            continue;
        const auto end = row.find_first_of(" \t");
        std::string hash{row.substr(0, end)};
        if (!is_sha512(hash))
            return Error{ErrorKind::Malformed, cat("no SHA-512: ", escaped(row, 80)),
                         "as sha512sum writes them"};
        std::ranges::transform(hash, hash.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        auto name = end == std::string_view::npos ? std::string_view{} : trim(row.substr(end));
        if (name.starts_with('*'))
            name.remove_prefix(1);
        if (name.starts_with("./"))
            name.remove_prefix(2);
        sums[std::string{name}] = hash;
    }
    return sums;
}

std::optional<std::chrono::sys_days> release_day(std::string_view version)
{
    using namespace std::chrono;
    for (std::size_t at = 0; at + 8 <= version.size(); ++at) {
        const auto digits = version.substr(at, 8);
        const auto number = digits.starts_with("20") ? to_number(digits) : std::nullopt;
        if (!number)
            continue;
        const year_month_day date{year{static_cast<int>(*number / 10'000)},
                                  month{static_cast<unsigned>(*number / 100 % 100)},
                                  day{static_cast<unsigned>(*number % 100)}};
        if (date.ok())
            return sys_days{date};
    }
    return std::nullopt;
}

// The first is what releases since 2026-04 say; the date stands in all of them.
bool is_gvisor_kernel(std::string_view version)
{
    return version.find("-gvisor") != std::string_view::npos ||
           version.find("#1 SMP Sun Jan 10 15:06:54 PST 2016") != std::string_view::npos;
}

Error explained(Error problem)
{
    struct Known {
        std::string_view says;
        std::string_view cause;
        std::string_view hint;
    };
    static constexpr Known known[] = {
        {"cannot run with network enabled in root network namespace",
         "this runsc is too old for this kernel: it takes every network namespace in which "
         "net.core.rmem_default is visible for the host's own, and Linux 6.11 and later show it in "
         "all",
         "install a current release with --from; --network=host would give up the isolation"},
        {"exec format error", "the binary is for another machine, or is no binary",
         "fetch the release again and check its .sha512"},
        {"permission denied", "the binary may not be executed there",
         "is /usr/local mounted noexec?"},
    };
    for (const auto& [says, cause, hint] : known)
        if (problem.message.find(says) != std::string::npos)
            return {problem.kind, cat(cause, " (", problem.message, ")"), std::string{hint}};
    return problem;
}

}
