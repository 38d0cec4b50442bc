#include "support/catch.hpp"
#include "system/local_host.h"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

using namespace harden;
using namespace std::chrono_literals;

namespace {

struct Scratch {
    Scratch()
    {
        char name[] = "/tmp/harden-lock-XXXXXX";
        REQUIRE(mkdtemp(name) != nullptr);
        directory = name;
    }
    ~Scratch() { std::filesystem::remove_all(directory); }
    Path directory;
};

// What `what` answers in a child of this process, or in one whose parent has gone.
enum class Parent { Us, Gone };
int in_another_process(Parent parent, const std::function<int()>& what)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const auto child = fork();
    if (child == 0) {
        const auto middle = getpid();
        if (parent == Parent::Gone && fork() != 0)
            _exit(0);
        while (parent == Parent::Gone && getppid() == middle)
            usleep(1000);
        const char answer = static_cast<char>(what());
        [[maybe_unused]] const auto sent = write(ends[1], &answer, 1);
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    char answer = -1;
    REQUIRE(read(ends[0], &answer, 1) == 1);
    close(ends[0]);
    close(ends[1]);
    return answer;
}

}

TEST_CASE("the lock has one holder; the other is told who it is, a child passes")
{
    const Scratch scratch;
    const auto file = scratch.directory / "lock";
    const auto try_lock = [&] {
        LocalHost host;
        const auto held = host.lock(file, "second", 200ms);
        if (held)
            return 0;
        return held.error().kind == ErrorKind::TimedOut &&
                       held.error().message.find("first run") != std::string::npos
                   ? 1
                   : 2;
    };
    LocalHost host;
    auto held = host.lock(file, "first run", 0ms);
    REQUIRE(held);
    CHECK(in_another_process(Parent::Us, try_lock) == 0);
    CHECK(in_another_process(Parent::Gone, try_lock) == 1);
    *held = nullptr;
    CHECK(in_another_process(Parent::Gone, try_lock) == 0);
}

TEST_CASE("a process that dies lets the lock go")
{
    const Scratch scratch;
    const auto file = scratch.directory / "lock";
    in_another_process(Parent::Gone, [&] {
        LocalHost host;
        static auto held = host.lock(file, "dying", 0ms);
        return held ? 0 : 1;
    });
    LocalHost host;
    CHECK(host.lock(file, "next", 2s));
}
