#pragma once

#include "node/host.h"

#include <map>

namespace harden {

// The directories below one hierarchy of control groups. Names in it are anybody's words.

// The id that a directory is named after, 64 hexadecimal digits, as in "docker-ID.scope"; empty
// where it has none.
std::string_view id_in_name(std::string_view name);

// Every directory that is named after an id: id to path below `mount`. Bounded.
std::map<std::string, std::string, std::less<>> groups_by_id(const Host& host, const Path& mount);

struct GroupAt {
    std::string path; // below the mount
    bool is_build = false;
};
// Where Docker puts groups, and below the other parents given: every directory that could count a
// container or a build step. Bounded.
std::vector<GroupAt> groups_of_docker(const Host& host, const Path& mount,
                                      const std::vector<std::string>& other_parents);

// A process of the group, by preference its first one; 0 where it has none.
int first_process_in(const Host& host, const Path& group);
// At most so many of the group's own.
std::vector<int> processes_in(const Host& host, const Path& group, std::size_t most);
// When a process of that group began, since boot; NotFound: it is not in the group (any more).
Result<std::chrono::nanoseconds> start_of(const Host& host, int process, const Path& group);

}
