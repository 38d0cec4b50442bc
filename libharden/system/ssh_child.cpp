#include "system/ssh_child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace harden {

using namespace std::chrono_literals;

static Error problem(std::string_view doing)
{
    return {ErrorKind::Failed, cat(doing, ": ", std::strerror(errno)), ""};
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] static void become_child(char* const* words, int input, int output, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(127);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(words[0], words);
    _exit(127);
}

Result<> SshChild::spawn(const Command& command, const Path& log, int input)
{
    log_ = log;
    ended_.reset();
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (output < 0)
        return problem(cat("open ", log.string()));
    std::vector<std::string> words = command;
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const auto parent = getpid();
    pid_ = fork();
    if (pid_ == 0)
        become_child(pointers.data(), input, output, parent);
    close(output);
    if (pid_ < 0) {
        pid_ = 0;
        return problem("start ssh");
    }
    return done;
}

Result<> SshChild::start(const Command& command, const Path& log, const Path& input)
{
    stop();
    const Path source = input.empty() ? Path{"/dev/null"} : input;
    const int from = open(source.c_str(), O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return problem(cat("open ", source.string()));
    auto started = spawn(command, log, from);
    close(from);
    return started;
}

Result<> SshChild::start_holding(const Command& command, const Path& log,
                                 std::string_view first_words)
{
    stop();
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return problem("make a pipe");
    auto started = spawn(command, log, ends[0]);
    close(ends[0]);
    hold_ = ends[1];
    if (started && write(hold_, first_words.data(), first_words.size()) < 0)
        return problem("write to ssh");
    return started;
}

std::optional<int> SshChild::status()
{
    int raw = 0;
    if (pid_ == 0 || waitpid(pid_, &raw, WNOHANG) == 0)
        return ended_;
    pid_ = 0;
    ended_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return ended_;
}

std::optional<int> SshChild::status_within(std::chrono::milliseconds timeout)
{
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (!status() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(5ms);
    return ended_;
}

std::string SshChild::log() const
{
    std::ifstream file{log_, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void SshChild::stop()
{
    if (hold_ >= 0)
        close(std::exchange(hold_, -1));
    if (pid_ == 0)
        return;
    kill(pid_, SIGTERM);
    if (!status_within(2s)) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    pid_ = 0;
}

// /tmp rather than TMPDIR: the path of a control socket may have 100 bytes and no more
static constexpr auto directories_in = "/tmp";
static constexpr std::string_view directory_name = "harden-setup.";
static constexpr auto surely_locked_after = 60s; // a directory is locked right after it is made

static Descriptor lock_directory(const Path& directory)
{
    Descriptor opened{open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (opened.is_open() && flock(opened.number(), LOCK_EX | LOCK_NB) != 0)
        opened.close();
    return opened;
}

static bool is_abandoned(const Path& directory)
{
    struct stat found {};
    if (lstat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) ||
        found.st_uid != geteuid())
        return false;
    const auto changed = std::chrono::system_clock::from_time_t(found.st_mtim.tv_sec);
    return std::chrono::system_clock::now() - changed > surely_locked_after &&
           lock_directory(directory).is_open();
}

static void remove_abandoned()
{
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{directories_in, ignored})
        if (entry.path().filename().native().starts_with(directory_name) &&
            is_abandoned(entry.path()))
            std::filesystem::remove_all(entry.path(), ignored);
}

Result<std::unique_ptr<PrivateDirectory>> PrivateDirectory::create()
{
    remove_abandoned();
    auto name = cat(directories_in, "/", directory_name, "XXXXXX");
    if (mkdtemp(name.data()) == nullptr)
        return problem(cat("make the directory ", name));
    return std::unique_ptr<PrivateDirectory>{new PrivateDirectory{name, lock_directory(name)}};
}

PrivateDirectory::~PrivateDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}
