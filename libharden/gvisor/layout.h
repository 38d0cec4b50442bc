#pragma once

namespace harden {

// Where gVisor lives on a node. daemon.json names the runtime through the link, so an upgrade
// flips the link and nothing else.
inline constexpr auto gvisor_directory = "/usr/local/lib/gvisor";
inline constexpr auto gvisor_current = "/usr/local/lib/gvisor/current"; // link to a release
inline constexpr auto gvisor_runtime = "/usr/local/lib/gvisor/current/runsc";
inline constexpr auto gvisor_runtime_name = "runsc";
inline constexpr auto gvisor_manifest = "SHA512SUMS";           // in each release
inline constexpr auto gvisor_trial_name = "runsc-harden-trial"; // registered for a moment
inline constexpr auto gvisor_sidecars = "gvisor-bin";           // beside runsc, since 2026

}
