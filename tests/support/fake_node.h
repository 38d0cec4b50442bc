#pragma once

#include "node/node.h"
#include "support/fake_docker.h"
#include "support/fake_firewall.h"
#include "support/fake_host.h"

namespace harden::test {

// A whole machine of fakes.
struct FakeNode {
    FakeHost host;
    FakeDocker docker;
    FakeFirewall firewall;
    Node node{host, docker, firewall};
};

}
