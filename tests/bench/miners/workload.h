#pragma once

#include "random.h"
#include "usage/observation.h"

#include <algorithm>

namespace harden::offline {

// A connection that a workload keeps from one look until another.
struct PlannedFlow {
    std::string remote;
    std::uint16_t port = 0;
    int from = 0;
    int until = 0;
    int lives = 0;  // looks until it is opened anew; 0: never
    int copies = 1; // of them at once, to neighbouring addresses
};

// A sign that a probe of the processes, memory or image would find.
struct PlannedSign {
    Sign sign;
    int from = 0;
    int until = 0;
};

// What one container wants, look by look, before a host gives it less. A share is of its quota.
struct Workload {
    std::string name;
    std::string image;
    std::string owner;
    std::string runtime;
    double quota = 1;
    int looks = 0;
    std::vector<double> demand;
    std::vector<double> instant;  // the demand at the very moment of a look
    std::vector<double> sent;     // bytes a second
    std::vector<double> received; // bytes a second
    std::vector<double> memory;   // bytes
    std::vector<double> refused;  // packets an interval
    std::vector<double> gpu;      // share of its devices; empty: none
    double packet_bytes = 500;
    std::vector<PlannedFlow> flows;
    bool shares_network = false; // the node's: nobody can tell its traffic apart
    bool shows_argv = true;
    bool shows_memory = true;
    std::vector<PlannedSign> signs;
    int renewed_every = 0; // looks after which it is another container; 0: never
    int copies = 1;        // containers of one owner that do the same
};

// Draws workloads: each call sets one side of one.
class Maker {
public:
    Maker(Random& random, Workload& work);

    Random& random() { return *random_; }
    Workload& work() { return *work_; }
    int looks() const { return work_->looks; }

    void use(double level, double deviation, int from = 0, int until = -1);
    void use_at_looks(double low, double high); // the instant alone: what a sampler would see
    // Bytes a second, drawn anew for each look between the two.
    void send(double low, double high, int from = 0, int until = -1);
    void receive(double low, double high, int from = 0, int until = -1);
    void hold(double mebibytes, double deviation, int from = 0, int until = -1);
    void grow(double from_mebibytes, double to_mebibytes);
    void refuse(double low, double high, int from = 0, int until = -1);
    void use_gpu(double level, double deviation, int from = 0, int until = -1);
    void connect(std::string remote, std::uint16_t port, int from = 0, int until = -1,
                 int lives = 0);
    void connect_briefly(std::uint16_t port, int copies);
    void show(SignKind kind, std::string what, int from = 0, int until = -1);
    void sandbox(bool shows_memory); // gVisor: no arguments; its memory may be readable
    std::string internet_address();

private:
    int end(int until) const { return until < 0 ? work_->looks : std::min(until, work_->looks); }
    void draw(std::vector<double>& series, double low, double high, int from, int until);

    Random* random_;
    Workload* work_;
};

}
