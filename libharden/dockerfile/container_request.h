#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// A text and where it stands: an offset into its source, in bytes.
struct PlacedText {
    std::string text;
    std::size_t offset = 0;
    bool operator==(const PlacedText&) const = default;
};

// What could not be read, or not be decided, at one place of a source.
struct SourceProblem {
    std::size_t offset = 0;
    std::string message;
    std::string remedy; // the next step; may be empty
};

// A command or an entrypoint: one string that is split as a shell does, or its words.
struct CommandText {
    bool is_list = false;
    std::vector<PlacedText> words; // a single one where it is a string
};

// A variable of the environment, or a label. No value: it is taken over from whoever starts it.
struct RequestedPair {
    PlacedText name;
    std::optional<std::string> value;
};

struct RequestedTmpfs {
    PlacedText place;    // in the container
    std::string options; // "size=64m,mode=1777"
};

// Something of the host, or a volume, that the container shall see.
struct RequestedMount {
    std::string type;   // "bind", "volume", "npipe", "image", "cluster"
    PlacedText source;  // as written; empty: a volume without a name
    std::string target; // in the container
    bool is_writable = true;
    std::string propagation; // "rshared"
};

// What a compose service builds its image from.
struct RequestedBuild {
    std::optional<PlacedText> context;
    std::optional<PlacedText> dockerfile;   // relative to the context
    std::optional<PlacedText> instructions; // of dockerfile_inline
    std::optional<PlacedText> target;
};

enum class RequestForm : std::uint8_t { RunLine, Service };

// What a compose service or a `docker run` line asks for, as written: nothing is resolved, and all
// text is somebody else's.
struct ContainerRequest {
    RequestForm form = RequestForm::RunLine;
    PlacedText name; // of the service, or of --name; its offset is where the request begins
    std::optional<PlacedText> image;
    std::optional<CommandText> command;
    std::optional<CommandText> entrypoint;
    std::vector<CommandText> further_commands; // health checks, hooks: run inside as well
    std::vector<PlacedText> inline_files;      // contents that are put into the container
    std::optional<RequestedBuild> build;
    std::vector<RequestedPair> environment;
    std::vector<PlacedText> environment_files;
    std::vector<RequestedPair> labels;
    std::vector<RequestedPair> annotations;
    std::vector<PlacedText> ports;   // published: "127.0.0.1:8080:80/tcp"
    std::vector<PlacedText> exposed; // "80/tcp"

    std::optional<PlacedText> memory;
    std::optional<PlacedText> memory_swap; // memory and swap together
    std::optional<PlacedText> cpus;
    std::optional<PlacedText> cpu_quota; // microseconds in each period
    std::optional<PlacedText> cpu_period;
    std::optional<PlacedText> pids;
    std::optional<PlacedText> shm_size;
    std::vector<PlacedText> ulimits;

    std::vector<PlacedText> dropped_capabilities;
    std::vector<PlacedText> added_capabilities;
    std::vector<PlacedText> security_options;
    std::optional<PlacedText> privileged; // the switch as written: is_true() says which
    std::optional<PlacedText> read_only;
    std::optional<PlacedText> user;
    std::vector<PlacedText> groups;

    std::vector<RequestedTmpfs> tmpfs;
    std::vector<RequestedMount> mounts;
    std::vector<PlacedText> volumes_from;
    std::vector<PlacedText> storage_options;
    std::vector<PlacedText> devices; // and what GPUs are asked for
    std::vector<PlacedText> device_rules;

    std::optional<PlacedText> runtime;
    std::optional<PlacedText> network;
    std::optional<PlacedText> pid_mode;
    std::optional<PlacedText> ipc_mode;
    std::optional<PlacedText> uts_mode;
    std::optional<PlacedText> user_namespace_mode;
    std::optional<PlacedText> cgroup_namespace_mode;
    std::optional<PlacedText> cgroup_parent;
    std::optional<PlacedText> restart;
    std::optional<PlacedText> evades_oom_killer;
    std::optional<PlacedText> oom_score;
    std::vector<PlacedText> kernel_settings; // sysctls
};

// As Docker reads a switch: "1", "t", "true", and YAML's "yes", "on", "y"; whatever the case.
bool is_true(std::string_view text);
bool is_true(const std::optional<PlacedText>& given);

// "512m", "1.5g", "64MiB", "1073741824": bytes, as Docker reads them; nothing where it is no size.
std::optional<std::int64_t> requested_bytes(std::string_view text);

// "SOURCE:TARGET:OPTIONS", "TARGET" of --volume and of a service's volumes.
RequestedMount mount_from(const PlacedText& text);
// "TARGET:OPTIONS" of --tmpfs and of a service's tmpfs.
RequestedTmpfs tmpfs_from(const PlacedText& text);
// "NAME=VALUE", "NAME".
RequestedPair pair_from(const PlacedText& text);

// Sets the pair of that name, or adds it: the last one counts.
void put(std::vector<RequestedPair>& pairs, RequestedPair pair);
// The same for what lies at one place of the container.
void put(std::vector<RequestedTmpfs>& all, RequestedTmpfs tmpfs);
void put(std::vector<RequestedMount>& all, RequestedMount mount);

}
