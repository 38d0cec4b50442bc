#pragma once

#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

// A unit of systemd's that starts one of our programs, shipped as cron/NAME.
struct OwnUnit {
    std::string name;    // "harden-egress.service"
    std::string program; // as the shipped unit names it
    // Whether it is waited for as it starts: not where it waits for the lock that an apply holds.
    bool is_waited_for = true;
    bool is_template = false; // nothing but the file: its instances start with other units
};

// All of them enabled and running, in this order; `program` is what they start. The file is written
// below /etc/systemd/system unless the package brought it, and what was written anew is restarted.
// On a node without systemd there is nobody to start them.
Result<> install_units(Host& host, const std::vector<OwnUnit>& units, const std::string& program);
// None of them, stopped in this order.
Result<> uninstall_units(Host& host, const std::vector<OwnUnit>& units);

// What a changed unit file asks for.
Result<> reload_units(Host& host);
// The packaged program where it is there, else the one that runs.
std::string installed_program(const Host& host, const std::string& packaged);
// The file of one that the package did not bring.
Path own_unit_file(const std::string& name);

}
