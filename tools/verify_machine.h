#pragma once

#include "checks/facts.h"
#include "checks/lanes.h"
#include "node/bounded_host.h"
#include "node/giving_up_docker.h"
#include "node/shared_firewall.h"
#include "system/docker_socket.h"
#include "system/kernel_firewall.h"
#include "system/local_host.h"

namespace harden {

// This machine through doors that end in time and that several threads may use.
struct Machine {
    explicit Machine(std::chrono::steady_clock::time_point end)
        : host{real_host, longest_question, end}
    {
    }

    LocalHost real_host;
    std::unique_ptr<Docker> real_docker = docker_socket({}, longest_question);
    std::unique_ptr<Firewall> real_firewall = kernel_firewall();
    std::mutex filter;
    std::mutex packets;
    BoundedHost host;
    GivingUpDocker docker{*real_docker};
    SharedFirewall firewall{*real_firewall, filter};
    Node node{host, docker, firewall};
};

// Facts and the machine that they are about, for threads that outlive the report.
struct LookedAt {
    LookedAt(std::shared_ptr<Machine> its, Probes probes)
        : machine{std::move(its)}
        , facts{machine->node, std::move(probes)}
    {
    }

    std::shared_ptr<Machine> machine;
    Facts facts;
};

}
