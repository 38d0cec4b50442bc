#include "steps/egress_units.h"

#include "egress/unit_names.h"

namespace harden {

// In the order in which they start; what is taken away goes the same way, so that nobody puts
// back what is being removed. harden-egress.service waits for the lock that an apply holds; it
// brings the template's instances along as it is enabled, and they start with their firewalls.
std::vector<OwnUnit> egress_units()
{
    return {{.name = egress_watch_unit, .program = egress_program},
            {.name = "harden-egress@.service", .program = egress_program, .is_template = true},
            {.name = egress_boot_unit, .program = egress_program, .is_waited_for = false}};
}

std::vector<OwnUnit> dns_unit()
{
    return {{.name = "harden-egress-dns.service", .program = egress_program}};
}

}
