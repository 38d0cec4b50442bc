#include "canary.h"

#include <csignal>
#include <cstring>
#include <unistd.h>

using namespace canary;

static bool is_word(const char* argument, const char* word)
{
    return strcmp(argument, word) == 0;
}

// Whoever reads the answer looks at this process from outside, and then lets it go on to what may
// end it.
static void await_permission()
{
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGUSR1);
    sigprocmask(SIG_BLOCK, &awaited, nullptr);
    is_written("ready\n", 6);
    int signal = 0;
    sigwait(&awaited, &signal);
}

enum class Last { Memory, Both };

// What exceeds a limit comes last: a sandbox may end of it whole.
static int ask(Last last, int peers, char** peer)
{
    tell_process();
    tell_surface();
    tell_network(peers, peer);
    await_permission();
    if (last == Last::Both) {
        tell_children(control_children);
        tell_children(most_children);
    }
    tell_memory();
    return is_written("end\n", 4) ? 0 : 1;
}

// The control comes first: as many as every program may have.
static int multiply()
{
    await_permission();
    tell_children(control_children);
    tell_children(most_children);
    return is_written("end\n", 4) ? 0 : 1;
}

static int ask_network(int peers, char** peer)
{
    tell_network(peers, peer);
    return is_written("end\n", 4) ? 0 : 1;
}

int main(int argc, char** argv)
{
    if (argc < 2)
        return print_kernel();
    if (is_word(argv[1], "names"))
        return print_names();
    alarm(longest_life_s);
    is_written("harden-canary 1\n", 16);
    if (is_word(argv[1], "ask-all"))
        return ask(Last::Both, argc - 2, argv + 2);
    if (is_word(argv[1], "ask"))
        return ask(Last::Memory, argc - 2, argv + 2);
    if (is_word(argv[1], "multiply"))
        return multiply();
    if (is_word(argv[1], "network"))
        return ask_network(argc - 2, argv + 2);
    if (is_word(argv[1], "serve"))
        return serve();
    if (is_word(argv[1], "burn") && argc > 2)
        return burn(argv[2]);
    return 2;
}
