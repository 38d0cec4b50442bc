#include "system/this_process.h"

#include <array>
#include <cerrno>
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
