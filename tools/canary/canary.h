#pragma once

// The program inside a canary container. It is linked statically and without the C++ library, so
// that an image needs nothing but this file.
namespace canary {

// The names and limits of what it is told and what it answers; docs/verify.md has the format.
inline constexpr int most_children = 200; // of a fork bomb, whatever the container's limit is
inline constexpr int longest_life_s = 20; // after which it ends by itself, whatever happens
inline constexpr int peer_port = 61998;   // where one canary listens for the others
inline constexpr int control_mib = 16;    // what every container may use
inline constexpr int burst_mib = 96;      // beyond the limit of the containers that try it
inline constexpr int control_children = 4;

// One line of the answer: "key value".
void tell(const char* key, const char* format, ...) __attribute__((format(printf, 2, 3)));
// The same where the value is the first line of a file, or nothing where it cannot be read.
void tell_file(const char* key, const char* path);
bool is_written(const char* text, unsigned long size);

// 0 where it worked, else errno.
using Attempt = int (*)();
// Tries it in a process of its own: "allowed", "refused ERRNO" or "killed SIGNAL".
void tell_attempt(const char* name, Attempt attempt);

void tell_process(); // what this process is held to
void tell_surface(); // which system calls and files of the host answer
void tell_names();   // whether the resolver answers
// The same, and whether the others at these addresses do, all at once.
void tell_network(int peers, char** peer);
void tell_children(int wanted); // how many of these a fork bomb gets
void tell_memory();             // whether more than the limit can be had

int print_kernel();
int print_names();
int serve(); // until it is killed
int burn(const char* milliseconds);

}
