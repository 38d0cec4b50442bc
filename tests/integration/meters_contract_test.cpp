#include "support/fake_host.h"
#include "support/fake_meters.h"
#include "support/firewall_contract.h"
#include "support/meters_contract.h"
#include "support/private_network.h"
#include "system/connection_table.h"
#include "system/descriptor.h"
#include "system/kernel_firewall.h"
#include "system/kernel_meters.h"
#include "system/link_meters.h"
#include "system/network_namespace.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace harden;
using namespace harden::test;

namespace {

// A process that does nothing, in a network namespace of its own.
class Sleeper {
public:
    Sleeper()
    {
        int ready[2] = {};
        REQUIRE(pipe(ready) == 0);
        pid_ = fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            const char is_alone = unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
            (void)!write(ready[1], &is_alone, 1);
            pause();
            _exit(0);
        }
        char is_alone = 'n';
        REQUIRE(read(ready[0], &is_alone, 1) == 1);
        REQUIRE(is_alone == 'y');
        close(ready[0]);
        close(ready[1]);
    }
    ~Sleeper()
    {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    int pid() const { return pid_; }
    std::string shell(const std::string& line) const
    {
        return test::shell(cat("nsenter --net=/proc/", std::to_string(pid_), "/ns/net ", line));
    }

private:
    int pid_ = 0;
};

sockaddr_in server_address()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9000);
    inet_pton(AF_INET, "10.77.0.1", &address.sin_addr);
    return address;
}

const sockaddr* generic(const sockaddr_in& address)
{
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

void send_packets(const Sleeper& sender, int packets)
{
    const auto inside = NetworkNamespace::of_process(sender.pid());
    REQUIRE(inside);
    REQUIRE(inside->inside([packets]() -> Result<> {
        const Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        const auto to = server_address();
        const std::string payload(1000, 'x');
        for (int i = 0; i < packets; ++i)
            if (sendto(socket.number(), payload.data(), payload.size(), 0, generic(to), sizeof to) <
                0)
                return Error{ErrorKind::Failed, "send", {}};
        return done;
    }));
}

// The connection stays for as long as the two sockets do.
struct Talk {
    Descriptor listener;
    Descriptor caller;
};

void connect_once(const Sleeper& sender, Talk& talk)
{
    const auto address = server_address();
    talk.listener = Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    REQUIRE(bind(talk.listener.number(), generic(address), sizeof address) == 0);
    REQUIRE(listen(talk.listener.number(), 1) == 0);
    const auto inside = NetworkNamespace::of_process(sender.pid());
    REQUIRE(inside);
    REQUIRE(inside->inside([&]() -> Result<> {
        talk.caller = Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        if (connect(talk.caller.number(), generic(address), sizeof address) != 0)
            return Error{ErrorKind::Failed, "connect", {}};
        return done;
    }));
}

bool is_behind_a_link(const LinkMeter& link)
{
    return link.peer_namespace.has_value();
}

void plug_in(const Sleeper& sleeper)
{
    shell(cat("ip link add cable address 02:00:00:00:00:01 type veth peer name eth0 netns ",
              std::to_string(sleeper.pid())));
    shell("ip link set lo up; ip addr add 10.77.0.1/24 dev cable; ip link set cable up");
    sleeper.shell("ip addr add 10.77.0.2/24 dev eth0");
    sleeper.shell("ip link set eth0 up");
    sleeper.shell("ip neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev eth0");
}

}

TEST_CASE("the kernel's meters keep their contract")
{
    if (!enter_private_network())
        return;
    const Sleeper inside;
    const Sleeper nowhere;
    const auto remembers = GENERATE(false, true);
    char directory[] = "/tmp/harden-meters-XXXXXX";
    REQUIRE(mkdtemp(directory) != nullptr);
    const auto meters = kernel_meters(remembers ? cat(directory, "/links") : std::string{});
    plug_in(inside);
    MetersStage stage{
        .behind_link = inside.pid(), .nowhere = nowhere.pid(), .address = "10.77.0.2"};

    SECTION("links")
    {
        stage.send = [&](int packets) { send_packets(inside, packets); };
        counts_what_links_carry(*meters, stage);
    }
    SECTION("connections")
    {
        Talk talk;
        stage.connect = [&] {
            shell("nft add table inet t; nft add chain inet t c "
                  "'{ type filter hook prerouting priority 0; }'; "
                  "nft add rule inet t c ct state new accept");
            connect_once(inside, talk);
        };
        lists_connections(*meters, stage);
        auto netfilter = KernelSocket::open(NETLINK_NETFILTER);
        REQUIRE(netfilter);
        const auto as_text = read_connections(*netfilter, {.few = 1000});
        const auto dumped = read_connections(*netfilter, {.few = 0});
        REQUIRE(as_text);
        REQUIRE(dumped);
        CHECK(*as_text == *dumped);
        const auto too_many = read_connections(*netfilter, {.most = 0});
        REQUIRE_FALSE(too_many);
        CHECK(too_many.error().message.find("more than the 0") != std::string::npos);
    }
    SECTION("refusals")
    {
        const auto firewall = kernel_firewall();
        stage.refuse = [&] {
            REQUIRE(firewall->replace(small_ruleset()));
            shell("nft add element inet harden_egress smtp_by_4 "
                  "'{ 10.77.0.2 counter packets 7 bytes 420 }'");
        };
        tells_refusals(*meters, stage);
        CHECK(firewall->hits_by_source()->front().packets == 7);
    }
    SECTION("memory")
    {
        auto* letters =
            mmap(nullptr, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(letters != MAP_FAILED);
        std::memset(letters, 'm', 8192);
        REQUIRE(munmap(static_cast<char*>(letters) + 8192, 4096) == 0);
        stage.remembering = getpid();
        stage.letters = reinterpret_cast<std::uintptr_t>(letters);
        reads_memory(*meters, stage);
    }
    std::filesystem::remove_all(directory);
}

TEST_CASE("where links lead is remembered, and learnt again when there is a new one")
{
    if (!enter_private_network())
        return;
    const Sleeper one;
    const Sleeper other;
    FakeHost host;
    host.with_link("/proc/self/ns/net", "net:[7]");
    plug_in(one);
    auto route = KernelSocket::open(NETLINK_ROUTE);
    REQUIRE(route);
    LinkPlaces places;
    const auto first = read_links(*route, places);
    REQUIRE(first);
    const auto cable = std::ranges::find_if(*first, &is_behind_a_link);
    REQUIRE(cable != first->end());
    REQUIRE(keep_link_places(host, "/run/links", places));
    CHECK(read_link_places(host, "/run/links") == places);

    auto planted = places;
    planted[cable->index].peer_index = 4711; // what is known is not asked
    const auto again = read_links(*route, planted);
    REQUIRE(again);
    CHECK(std::ranges::find_if(*again, &is_behind_a_link)->peer_index == 4711);
    shell(cat("ip link add second type veth peer name eth0 netns ", std::to_string(other.pid())));
    const auto both = read_links(*route, planted);
    REQUIRE(both);
    CHECK(std::ranges::count_if(*both, &is_behind_a_link) == 2);
    CHECK(std::ranges::find_if(*both, &is_behind_a_link)->peer_index == cable->peer_index);
}

TEST_CASE("what is not whole, or of another namespace, is not remembered")
{
    FakeHost host;
    const LinkPlaces places{{1, {}},
                            {4, {.peer_namespace = 0, .peer_index = 5}},
                            {6, {.peer_index = 7, .is_settled = false}}};
    CHECK_FALSE(keep_link_places(host, "/run/links", places)); // which namespace is this?
    host.with_link("/proc/self/ns/net", "net:[7]");
    REQUIRE(keep_link_places(host, "/run/links", places));
    const auto text = *host.read("/run/links");
    CHECK(text == "net:[7]\n1 0 -1\n4 5 0\n"); // six is on its way
    CHECK(read_link_places(host, "/run/links").size() == 2);
    for (const auto* damaged :
         {"", "net:[7]", "net:[8]\n1 0 -1\n", "net:[7]\n1 0 -1", "net:[7]\n1 0\n",
          "net:[7]\n1 0 -2\n", "net:[7]\n1 0 99999999999\n", "net:[7]\n1 x 0\n"}) {
        INFO(damaged);
        host.with_file("/run/links", damaged);
        CHECK(read_link_places(host, "/run/links").empty());
    }
}

TEST_CASE("fake meters keep the same contract")
{
    FakeMeters meters;
    meters.connect(4, 700);
    MetersStage stage{
        .behind_link = 700, .nowhere = 701, .address = "10.77.0.2", .remembering = 700};
    stage.letters = 65536;
    stage.send = [&](int packets) {
        meters.known_links[0].received_packets += static_cast<unsigned>(packets);
        meters.known_links[0].received_bytes += static_cast<unsigned>(packets) * 1042U;
    };
    stage.connect = [&] {
        meters.tracked = {{.protocol = "tcp",
                           .source = "10.77.0.2",
                           .source_port = 40000,
                           .destination = "10.77.0.1",
                           .destination_port = 9000,
                           .answered = true,
                           .established = true}};
    };
    stage.refuse = [&] { meters.refused = {{"smtp", "10.77.0.2", 7}}; };
    meters.memories[700][65536] = std::string(8192, 'm');
    counts_what_links_carry(meters, stage);
    lists_connections(meters, stage);
    tells_refusals(meters, stage);
    reads_memory(meters, stage);
}
