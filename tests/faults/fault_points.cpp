// fault_points: runs a program, numbers the points at which it changes something, and lets one of
// them fail or kills the program there. The program knows nothing of it.
#include "faults/points.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace faults;

namespace {

constexpr auto usage =
    "usage: fault_points LOG ACTION POINT COMMAND…\n"
    "  none           run and log the points, each as NUMBER, kind, call and what (POINT: 0)\n"
    "  fail:ERRNO     the call fails; nothing of it is done\n"
    "  full           this call and every later one that needs space fails: ENOSPC\n"
    "  read-only      this call and every later one that changes a file system fails: EROFS\n"
    "  kill-before    the process dies instead of the call\n"
    "  kill-after     the process dies when the call is done\n"
    "  tear           half of a write is done, then the process dies\n"
    "  lie            a command does what it does, and then says that it failed\n"
    "Status: the command's, 128 + signal, or 125 where the point was not reached. Programs from "
    "the\n"
    "directory of COMMAND are followed, others only started.\n";
constexpr int not_reached = 125;

// What the tracer knows of a process.
struct Task {
    bool is_own = true;     // ours: its points count
    bool is_liar = false;   // ends with a failure whatever it did
    bool is_doomed = false; // dies at the end of this call
    int error = 0;          // what this call returns instead
    pid_t parent = 0;       // that called it: set in the child of a fork
};

struct Run {
    std::FILE* log = nullptr;
    std::string action;
    int wanted = 0;
    int seen = 0;
    bool is_started = false;
    std::string own_directory;
    pid_t main = 0;
    std::map<pid_t, Task> tasks;
};

int errno_of(const std::string& action)
{
    constexpr std::array<std::pair<std::string_view, int>, 9> known{{{"EIO", EIO},
                                                                     {"ENOSPC", ENOSPC},
                                                                     {"EPERM", EPERM},
                                                                     {"EACCES", EACCES},
                                                                     {"EROFS", EROFS},
                                                                     {"ENOENT", ENOENT},
                                                                     {"EMFILE", EMFILE},
                                                                     {"ENOBUFS", ENOBUFS},
                                                                     {"EINTR", EINTR}}};
    for (const auto& [name, number] : known)
        if (action == "fail:" + std::string{name})
            return number;
    std::fprintf(stderr, "fault_points: unknown action %s\n%s", action.c_str(), usage);
    std::exit(2);
}

// What a full or a read-only file system answers; 0: it does not mind.
int error_of_state(const std::string& action, const Point& point)
{
    if (point.what.starts_with("/run/") || point.what.starts_with("/tmp/"))
        return 0;
    const bool needs_space = point.kind == Kind::Create || point.kind == Kind::Write ||
                             point.kind == Kind::Link || point.kind == Kind::Directory;
    if (action == "full")
        return needs_space ? ENOSPC : 0;
    if (action != "read-only" || point.kind == Kind::Command || point.kind == Kind::Firewall)
        return 0;
    return point.kind == Kind::Write || point.kind == Kind::Sync ? EIO : EROFS;
}

void edit(pid_t process, auto change)
{
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, process, nullptr, &registers);
    change(registers);
    ptrace(PTRACE_SETREGS, process, nullptr, &registers);
}

void refuse(Task& task, pid_t process, int error)
{
    task.error = error;
    edit(process, [](user_regs_struct& registers) { registers.orig_rax = ~0ULL; });
}

// The one that called the command, and its own child that has not become the command yet.
void kill_here(const Task& task, pid_t process, Kind kind)
{
    edit(process, [](user_regs_struct& registers) { registers.orig_rax = ~0ULL; });
    if (kind == Kind::Command && task.parent != 0)
        kill(task.parent, SIGKILL);
    kill(process, SIGKILL);
}

void act(Run& run, Task& task, pid_t process, const Point& point)
{
    if (run.action == "kill-before")
        return kill_here(task, process, point.kind);
    if (run.action == "kill-after" || run.action == "tear")
        task.is_doomed = true;
    else if (run.action == "lie")
        task.is_liar = point.kind == Kind::Command;
    else
        refuse(task, process, errno_of(run.action));
    if (run.action == "tear")
        edit(process, [](user_regs_struct& registers) { registers.rdx /= 2; });
}

void enter(Run& run, Task& task, pid_t process, const __ptrace_syscall_info& info)
{
    if (task.is_liar && info.entry.nr == SYS_exit_group)
        edit(process, [](user_regs_struct& registers) { registers.rdi = 1; });
    if (!task.is_own || !run.is_started)
        return;
    Call call{info.entry.nr, {}};
    std::copy(std::begin(info.entry.args), std::end(info.entry.args), call.arguments);
    const auto point = point_of(process, call);
    if (!point)
        return;
    ++run.seen;
    std::fprintf(run.log, "%d\t%s\t%s\t%s\n", run.seen, name_of(point->kind), point->call.c_str(),
                 point->what.c_str());
    std::fflush(run.log);
    const bool is_state = run.action == "full" || run.action == "read-only";
    if (is_state && run.seen >= run.wanted) {
        if (const int error = error_of_state(run.action, *point))
            refuse(task, process, error);
    } else if (run.seen == run.wanted && run.action != "none") {
        act(run, task, process, *point);
    }
}

void leave(Task& task, pid_t process)
{
    if (task.error != 0) {
        const auto result = static_cast<unsigned long long>(-task.error);
        edit(process, [&](user_regs_struct& registers) { registers.rax = result; });
        task.error = 0;
    }
    if (task.is_doomed)
        kill(process, SIGKILL);
}

std::string program_of(pid_t process)
{
    std::array<char, 4096> target{};
    const auto length = readlink(("/proc/" + std::to_string(process) + "/exe").c_str(),
                                 target.data(), target.size());
    return {target.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

// Whether it is still to be traced once it has become a program.
bool become(Run& run, Task& task, pid_t process)
{
    if (!run.is_started)
        return run.is_started = true;
    if (task.is_doomed && task.parent != 0) {
        task.is_doomed = false;
        kill(task.parent, SIGKILL);
    }
    task.is_own = program_of(process).starts_with(run.own_directory);
    task.parent = 0;
    return task.is_own || task.is_liar;
}

void note_child(Run& run, pid_t process, unsigned event)
{
    unsigned long child = 0;
    ptrace(PTRACE_GETEVENTMSG, process, nullptr, &child);
    Task task = run.tasks[process];
    if (event != PTRACE_EVENT_CLONE)
        task = {.is_own = task.is_own, .parent = process};
    run.tasks[static_cast<pid_t>(child)] = task;
}

void resume(pid_t process, int signal)
{
    ptrace(PTRACE_SYSCALL, process, nullptr, static_cast<long>(signal));
}

void stopped(Run& run, pid_t process, int status)
{
    const int signal = WSTOPSIG(status);
    const auto event = static_cast<unsigned>(status) >> 16U;
    auto& task = run.tasks[process];
    if (signal == (SIGTRAP | 0x80)) {
        __ptrace_syscall_info info{};
        ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof info, &info);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
            enter(run, task, process, info);
        else
            leave(task, process);
        return resume(process, 0);
    }
    if (event == PTRACE_EVENT_EXEC && !become(run, task, process)) {
        ptrace(PTRACE_DETACH, process, nullptr, nullptr);
        return;
    }
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
        note_child(run, process, event);
    resume(process, event != 0 || signal == SIGSTOP ? 0 : signal);
}

pid_t start(char** command)
{
    const auto child = fork();
    if (child != 0)
        return child;
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    raise(SIGSTOP);
    execv(command[0], command);
    std::perror(command[0]);
    _exit(127);
}

// Until the program itself has ended; what it has started goes on without us.
int trace(Run& run)
{
    int status = 0;
    waitpid(run.main, &status, 0);
    ptrace(PTRACE_SETOPTIONS, run.main, nullptr,
           PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
               PTRACE_O_TRACEEXEC);
    resume(run.main, 0);
    while (true) {
        const auto process = waitpid(-1, &status, __WALL);
        if (process < 0)
            return 2;
        if (WIFSTOPPED(status)) {
            stopped(run, process, status);
            continue;
        }
        run.tasks.erase(process);
        if (process == run.main)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}

}

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fputs(usage, stderr);
        return 2;
    }
    Run run;
    run.log = std::fopen(argv[1], "we");
    run.action = argv[2];
    run.wanted = std::atoi(argv[3]);
    if (run.log == nullptr) {
        std::perror(argv[1]);
        return 2;
    }
    run.own_directory = std::string{argv[4]};
    run.own_directory.resize(run.own_directory.rfind('/') + 1);
    run.main = start(argv + 4);
    const int status = trace(run);
    return run.action != "none" && run.seen < run.wanted ? not_reached : status;
}
