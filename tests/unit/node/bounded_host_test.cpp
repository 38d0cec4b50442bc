#include "node/bounded_host.h"
#include "support/catch.hpp"

using namespace harden;
using namespace std::chrono_literals;

namespace {

// Keeps the time that each question was given; "slow" takes longer than any.
class Timed final : public Host {
public:
    mutable std::vector<std::chrono::milliseconds> given;

    Result<std::string> read(const Path&) const override { return std::string{"text"}; }
    Result<std::vector<std::string>> list(const Path&) const override
    {
        return std::vector<std::string>{};
    }
    Result<FileStatus> status(const Path&) const override { return FileStatus{}; }
    Result<Output> query(const Command& command, const CommandOptions& options) const override
    {
        given.push_back(options.timeout);
        if (command.front() == "slow")
            return Error{ErrorKind::TimedOut, "slow: did not end in time", {}};
        return Output{};
    }
    Result<Clock> now() const override { return Clock{}; }
    Result<> write(const Path&, std::string_view, const FileMode&) override { return done; }
    Result<> link(const Path&, const Path&) override { return done; }
    Result<> remove(const Path&) override { return done; }
    Result<Output> run(const Command& command, const Command&,
                       const CommandOptions& options) override
    {
        return query(command, options);
    }
};

}

TEST_CASE("a question has the time that it asks for, else the usual, never more than is left")
{
    Timed real;
    const BoundedHost host{real, 2s, std::chrono::steady_clock::now() + 60s};
    CHECK(host.query({"quick"}));
    CHECK(host.query({"long"}, {.timeout = 20s}));
    CHECK(host.query({"endless"}, {.timeout = 500s}));
    REQUIRE(real.given.size() == 3);
    CHECK(real.given[0] == 2s);
    CHECK(real.given[1] == 20s);
    CHECK(real.given[2] <= 60s);
    CHECK(real.given[2] > 30s);
}

TEST_CASE("a program that hangs is waited for once, the others are asked on")
{
    Timed real;
    BoundedHost host{real, 2s, std::chrono::steady_clock::now() + 60s};
    CHECK(host.query({"slow", "-T"}).error().kind == ErrorKind::TimedOut);
    CHECK(host.query({"slow", "-t"}).error().message == "slow: did not end in time");
    CHECK(host.run({"slow"}).error().kind == ErrorKind::TimedOut);
    CHECK(host.query({"quick"}));
    CHECK(real.given.size() == 2);
}

TEST_CASE("nothing is asked when all the time is over, what is a file can still be read")
{
    Timed real;
    const BoundedHost host{real, 2s, std::chrono::steady_clock::now()};
    CHECK(host.query({"quick"}).error().kind == ErrorKind::TimedOut);
    CHECK(real.given.empty());
    CHECK(*host.read("/etc/hostname") == "text");
}
