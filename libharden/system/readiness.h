#pragma once

namespace harden {

// Tells systemd that this service is up, if it was systemd that started it and wants to know.
void tell_ready();

}
