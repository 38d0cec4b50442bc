#include "system/this_process.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <pwd.h>
#include <unistd.h>

namespace harden {

std::filesystem::path directory_of_this_program()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::string owner_of_this_process()
{
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const auto* account = getpwuid(geteuid());
    return cat(account == nullptr ? "?" : account->pw_name, "@", host.data(), ", process ",
               std::to_string(getpid()));
}

bool talks_to_a_terminal()
{
    return isatty(STDERR_FILENO) == 1;
}

static bool has_all_letters()
{
    for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"})
        if (const auto* value = std::getenv(name); value != nullptr && *value != '\0') {
            const std::string_view locale{value};
            return locale.ends_with("UTF-8") || locale.ends_with("utf8");
        }
    return false;
}

Screen screen()
{
    if (isatty(STDOUT_FILENO) != 1)
        return Screen::None;
    return has_all_letters() ? Screen::Unicode : Screen::Ascii;
}

Result<std::string> standard_input()
{
    constexpr std::size_t most = 256U << 20U;
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Error{ErrorKind::Failed, cat("standard input: ", std::strerror(errno)), {}};
        if (got == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > most)
            return Error{ErrorKind::Malformed, "standard input: larger than 256 MiB", {}};
    }
}

bool is_program(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0;
}

Error become(const std::filesystem::path& program, const std::vector<std::string>& arguments)
{
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    execv(program.c_str(), pointers.data());
    return {ErrorKind::Failed, cat("start ", program.string(), ": ", std::strerror(errno)), ""};
}

}
