#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace harden {

enum class Way { In, Out };
enum class Side { Source, Destination };
enum class Transport : std::uint8_t { Tcp = 6, Udp = 17 }; // protocol numbers of IANA

// The steps of a rule in our own table, in the order in which the kernel takes them. Each names a
// set, map, counter or chain of the same table.
namespace part {

struct Interface { // iifname @container_if
    Way way;
    bool is_container;
};
struct Reply {};       // ct direction reply
struct FirstPacket {}; // of a flow: its entry is not confirmed yet
struct Family {
    bool is_v6;
};
struct Protocol {
    Transport transport;
};
struct Address { // ip daddr @set
    Side side;
    bool is_v6;
    std::string set;
};
struct Port { // tcp dport @set
    Transport transport;
    std::string set;
};
struct PortMap { // tcp dport vmap @map
    Transport transport;
    std::string map;
};
struct Target { // ip daddr . tcp dport @set, with the source in front where it has a say
    bool is_v6;
    Transport transport;
    bool has_source;
    std::string set;
};
struct Loopback {}; // oifname "lo"
struct Cgroup {     // socket cgroupv2 level N @set; counted from the root of the hierarchy
    std::uint32_t level;
    std::string set;
};
struct Count {
    std::string counter;
};
struct CountSource { // one counter a source, kept in the set
    bool is_v6;
    std::string set;
};
struct RateOver { // more new flows of one source than that
    bool is_v6;
    std::string set;
    std::uint32_t per_second;
    std::uint32_t burst;
};
struct FlowsOver { // more open flows of one source than that
    bool is_v6;
    std::string set;
    std::uint32_t flows;
};
struct LogLimit {}; // 10 a second, 20 at once
struct Log {
    std::string prefix;
};
struct Return {};
struct Drop {};
struct Jump {
    std::string chain;
};
struct Goto {
    std::string chain;
};
struct Reset {};      // answers with a TCP reset
struct Prohibited {}; // answers that it is administratively prohibited

}

using RulePart =
    std::variant<part::Interface, part::Reply, part::FirstPacket, part::Family, part::Protocol,
                 part::Address, part::Port, part::PortMap, part::Target, part::Loopback,
                 part::Cgroup, part::Count, part::CountSource, part::RateOver, part::FlowsOver,
                 part::LogLimit, part::Log, part::Return, part::Drop, part::Jump, part::Goto,
                 part::Reset, part::Prohibited>;
using RuleParts = std::vector<RulePart>;

inline constexpr std::uint32_t log_group = 77; // of NFLOG
inline constexpr std::uint32_t logs_per_second = 10;
inline constexpr std::uint32_t log_burst = 20;

// As nft writes it: "ip daddr @metadata_4 jump g_metadata".
std::string to_text(const RuleParts& rule);

}
