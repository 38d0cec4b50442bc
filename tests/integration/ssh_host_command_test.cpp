#include "support/catch.hpp"
#include "system/local_host.h"
#include "system/ssh_child.h"
#include "system/ssh_command.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace harden;
using namespace std::chrono_literals;

TEST_CASE("every word reaches the program through a login shell as it was")
{
    const LocalHost here;
    const std::vector<std::string> words{
        "plain",     "two words", "it's",      "\"quoted\"",   "$HOME", "`id`",     "*",
        "a;b&c|d>e", "",          "tab\there", "\xc3\xa4\xff", "-n",    "{a,b}~#%", "''''"};
    Command command{"printf", "<%s>"};
    command.insert(command.end(), words.begin(), words.end());
    std::string wanted;
    for (const auto& word : words)
        wanted += cat("<", word, ">");
    const auto line = remote_command(command, "root");
    REQUIRE(line);
    int shells = 0;
    for (const auto* shell : {"sh", "bash", "dash", "zsh", "fish", "tcsh"}) {
        const auto answer = here.query({shell, "-c", *line});
        if (answer.is_absent())
            continue;
        INFO(shell);
        REQUIRE(answer);
        CHECK(answer->out == wanted);
        ++shells;
    }
    CHECK(shells >= 2);
}

TEST_CASE("a word that some shell would change is refused")
{
    for (const auto* word : {"new\nline", "back\\slash", "bang!"})
        CHECK_FALSE(quoted_for_shell(word));
    CHECK_FALSE(quoted_for_shell(std::string_view{"nul\0", 4}));
}

TEST_CASE("another login than root's goes through sudo, which never asks")
{
    CHECK(*remote_command({"id"}, "root") == "'id'");
    CHECK(*remote_command({"id", "-u"}, "ann") == "sudo -n -- 'id' '-u'");
}

TEST_CASE("ssh itself says who would log in where, and what known_hosts calls it")
{
    const LocalHost here;
    const auto login = [&](const SshTarget& target) {
        auto command = ssh_command(target, {});
        command.insert(command.begin() + 1, "-G");
        return parse_ssh_login(here.query(command)->out);
    };
    const auto plain = login({.destination = "ann@192.0.2.7", .config = "/dev/null"});
    REQUIRE(plain);
    CHECK(plain->user == "ann");
    CHECK(plain->host == "192.0.2.7");
    CHECK(plain->known_name == "192.0.2.7");
    CHECK(plain->known_hosts.ends_with("/.ssh/known_hosts"));
    const auto ported = login({.destination = "192.0.2.7", .config = "/dev/null", .port = 2222});
    CHECK(ported->known_name == "[192.0.2.7]:2222");
    CHECK_FALSE(parse_ssh_login("nonsense"));
}

struct LoginLog {
    std::string log;
    ErrorKind kind;
    std::string says;
    std::string hints;
};

TEST_CASE("why a login failed is told with what to do")
{
    const std::string shown = "debug1: Server host key: ssh-ed25519 SHA256:abc\r\n";
    const std::vector<LoginLog> logs{
        {cat(shown, "No ED25519 host key is known for n.\nHost key verification failed.\r\n"),
         ErrorKind::Denied, "it shows SHA256:abc", "--host-key SHA256:abc"},
        {cat(shown, "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification "
                    "failed.\n"),
         ErrorKind::Denied, "has changed: it now shows SHA256:abc", "ssh-keygen -R 'n'"},
        {"ann@n: Permission denied (publickey).\r\n", ErrorKind::Denied, "Permission denied",
         "--identity"},
        {"ssh: Could not resolve hostname n: Name or service not known\n", ErrorKind::NotFound,
         "Could not resolve", "check the name"},
        {"ssh: connect to host n port 22: Connection refused\n", ErrorKind::TimedOut, "refused",
         "sshd running"},
        {"ssh: connect to host n port 22: Connection timed out\n", ErrorKind::TimedOut, "timed out",
         "network"},
        {"debug1: kex_exchange_identification: banner line 0: Not allowed at this time\r\n"
         "kex_exchange_identification: read: Connection reset by peer\r\n"
         "Connection reset by 10.77.0.32 port 22\r\n",
         ErrorKind::TimedOut, "Connection reset by 10.77.0.32", "PerSourcePenalties"},
        {"", ErrorKind::TimedOut, "said nothing", "try ssh"},
    };
    for (const auto& [log, kind, says, hints] : logs) {
        const auto error = ssh_login_error(log, {.destination = "ann@n"}, {.known_name = "n"});
        INFO(error.message << " / " << error.hint);
        CHECK(error.kind == kind);
        CHECK(error.message.find(says) != std::string::npos);
        CHECK(error.hint.find(hints) != std::string::npos);
    }
}

TEST_CASE("the last line of a log is not one that ssh writes of itself")
{
    CHECK(last_line("debug1: channel 0\nclient_loop: send disconnect: Broken pipe\r\n"
                    "Transferred: sent 8, received 4 bytes, in 1.2 seconds\n"
                    "Bytes per second: sent 5.1, received 2.2\ndebug1: Exit status -1\n") ==
          "client_loop: send disconnect: Broken pipe");
}

TEST_CASE("a child does not hold our outputs open and ends with us, also when we are killed")
{
    const auto directory = PrivateDirectory::create();
    REQUIRE(directory);
    int ends[2] = {-1, -1};
    REQUIRE(pipe(ends) == 0);
    const auto operator_process = fork();
    if (operator_process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        SshChild child;
        if (!child.start({"sh", "-c", "echo $$; exec sleep 60"}, (*directory)->path() / "log", {}))
            _exit(1);
        while (child.log().empty())
            usleep(1000);
        kill(getpid(), SIGKILL);
    }
    ::close(ends[1]);
    waitpid(operator_process, nullptr, 0);
    char byte = 0;
    CHECK(read(ends[0], &byte, 1) == 0); // the end, though the child was running a moment ago
    ::close(ends[0]);
    const LocalHost here;
    const auto number = to_number(trim(*here.read((*directory)->path() / "log")));
    REQUIRE(number);
    for (int i = 0; i < 500 && kill(static_cast<pid_t>(*number), 0) == 0; ++i) {
        waitpid(-1, nullptr, WNOHANG);
        usleep(10'000);
    }
    const auto state = here.read(cat("/proc/", std::to_string(*number), "/stat"));
    CHECK((state.is_absent() || state->find(") Z ") != std::string::npos));
}

TEST_CASE("a private directory that a killed process left goes with the next one, a used one stays")
{
    const auto used = PrivateDirectory::create();
    const Path left = "/tmp/harden-setup.left-by-a-test";
    std::filesystem::create_directory(left);
    const auto two_minutes_ago = std::filesystem::file_time_type::clock::now() - 120s;
    for (const auto& path : {left, (*used)->path()})
        std::filesystem::last_write_time(path, two_minutes_ago);
    const auto next = PrivateDirectory::create();
    REQUIRE(next);
    CHECK_FALSE(std::filesystem::exists(left));
    CHECK(std::filesystem::exists((*used)->path()));
    const auto status = LocalHost{}.status((*next)->path());
    CHECK(status->mode == 0700);
}
