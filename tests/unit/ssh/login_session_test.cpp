#include "ssh/login_session.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("the title of a session process names its user")
{
    struct Row {
        std::string_view title, user;
    };
    const Row rows[] = {{"sshd: root@pts/0", "root"},
                        {"sshd: ann [priv]", "ann"},
                        {"sshd-session: ann@notty", "ann"},
                        {"sshd: ann@corp.example@pts/1", "ann@corp.example"},
                        {"sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", ""},
                        {"/usr/sbin/sshd -D", ""},
                        {"sshd: [accepted]", ""},
                        {"-bash", ""},
                        {"", ""}};
    for (const auto& row : rows) {
        INFO(row.title);
        CHECK(session_user(row.title) == row.user);
    }
}

TEST_CASE("a process status is read past a hostile name")
{
    const auto process =
        parse_process("7 (a) 1 (b) S 5 7 7 34816 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 12345 0");
    REQUIRE(process);
    CHECK(process->id == 7);
    CHECK(process->parent == 5);
    CHECK(process->terminal == 34816);
    CHECK(process->started == std::chrono::milliseconds{123450});
    for (const auto* text :
         {"", "7", "7 (a", "7 (a) S 5", "x (a) S 5 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1",
          "7 (a) S x 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1"})
        CHECK_FALSE(parse_process(text));
}

TEST_CASE("the login is the outermost session, not the shell nor the listener")
{
    FakeHost host;
    log_in(host, "ann", 500);
    const auto session = login_session(host);
    REQUIRE(session);
    REQUIRE(*session);
    CHECK((*session)->user == "ann");
    CHECK((*session)->started == std::chrono::seconds{500});
}

TEST_CASE("an sshd -i that runs in an old login is as old as that login")
{
    FakeHost host;
    log_in(host, "ann", 500);
    // its parent is the old login's shell, and it is younger
    host.with_file("/proc/self/stat",
                   "9 (ssh-harden) S 60 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0\n");
    host.with_file("/proc/60/stat", "60 (sshd) S 50 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0\n");
    host.with_file("/proc/60/cmdline", "sshd: ann@notty")
        .with_link("/proc/60/exe", "/usr/sbin/sshd");
    CHECK((*login_session(host))->started == std::chrono::seconds{500});
}

TEST_CASE("a process that only calls itself sshd is no login")
{
    FakeHost host;
    log_in(host, "ann", 500);
    host.with_link("/proc/40/exe", "/home/ann/bin/fake");
    CHECK_FALSE(*login_session(host));
}

TEST_CASE("a console is told from a terminal of the network")
{
    struct Row {
        int terminal;
        bool console;
    };
    for (const auto& row : {Row{0, false}, Row{0x8800, false}, Row{0x0401, true}, Row{0x0440, true},
                            Row{0xe500, true}}) {
        FakeHost host;
        host.with_file("/proc/self/stat", cat("9 (x) S 1 1 1 ", std::to_string(row.terminal),
                                              " -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0\n"));
        CHECK(is_on_console(host) == row.console);
    }
}
