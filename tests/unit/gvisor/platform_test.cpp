#include "gvisor/platform.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static const Command detect = {"systemd-detect-virt", "--vm"};

TEST_CASE("kvm is chosen on bare metal that offers it, systrap elsewhere")
{
    FakeHost host;
    CHECK(choose_platform(host, PlatformChoice::Automatic)->name == "systrap");
    host.with_file("/dev/kvm", "");
    CHECK(choose_platform(host, PlatformChoice::Automatic)->name == "systrap");
    host.answering(detect, {.out = "kvm\n"});
    CHECK(choose_platform(host, PlatformChoice::Automatic)->why ==
          "there is /dev/kvm, but this is a virtual machine (kvm)");
    host.answering(detect, {.status = 1, .out = "none\n"});
    CHECK(choose_platform(host, PlatformChoice::Automatic)->name == "kvm");
    CHECK(choose_platform(host, PlatformChoice::Systrap)->name == "systrap");
}

TEST_CASE("a site that insists on kvm gets it or hears why not")
{
    FakeHost host;
    CHECK(choose_platform(host, PlatformChoice::Kvm).is_absent());
    host.with_file("/dev/kvm", "");
    CHECK(choose_platform(host, PlatformChoice::Kvm)->name == "kvm");
}

TEST_CASE("a release tells the platform that it takes by itself")
{
    CHECK(
        default_platform("  -pidns\n  -platform string\n    \tspecifies which: systrap (default), "
                         "ptrace, kvm. (default \"systrap\")\n  -x\n") == "systrap");
    CHECK(default_platform("  -platform string\n    \tone\n  -other string\n \t(default \"x\")\n")
              .empty());
    CHECK(default_platform("").empty());
}
